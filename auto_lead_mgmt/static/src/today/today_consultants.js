import { Component } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { formatFigure } from "./figures";
import { FormulaHint } from "./formula_hint";

/** The table of the consultants, in the order in which the server gives them. */
export class TodayConsultants extends Component {
    static template = "auto_lead_mgmt.TodayConsultants";
    static components = { FormulaHint };
    static props = {
        consultants: Object,
        // Called with a figure, and with the title of the list of its records
        open: Function,
        // Called with the id of the one consultant to show
        narrow: Function,
    };

    setup() {
        this.formatFigure = formatFigure;
    }

    /** The places are shown where there is more than one consultant. */
    get isRanked() {
        return this.props.consultants.rows.some((row) => row.rank);
    }

    get rankLabel() {
        return String(_t("Rank"));
    }

    get rankFormula() {
        return String(_t("By purchases won in the period; who has equally many shares a place."));
    }

    openCell(row, { label }, cell) {
        this.props.open(cell, `${row.label}: ${label}`);
    }
}
