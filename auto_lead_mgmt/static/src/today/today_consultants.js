import { Component } from "@odoo/owl";

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

    openCell(row, { label }, cell) {
        this.props.open(cell, `${row.label}: ${label}`);
    }
}
