import { Component } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { formatFigure } from "./figures";
import { FormulaHint } from "./formula_hint";

/** The targets of a month: what was done of them, what should be done by now, and what the pace leads to. */
export class TodayTargets extends Component {
    static template = "auto_lead_mgmt.TodayTargets";
    static components = { FormulaHint };
    static props = {
        targets: Object,
        // Called with a figure, and with the title of the list of its records
        open: Function,
        // Called to open the table in which targets are set
        set: Function,
    };

    setup() {
        this.formatFigure = formatFigure;
    }

    get days() {
        const { passed, working_days: all } = this.props.targets;
        return _t("%(passed)s of %(all)s working days", { passed, all });
    }

    width(row, value) {
        return `${Math.min(100, (100 * value) / row.target.value)}%`;
    }

    isBehind(row) {
        return row.expected !== null && row.actual.value < row.expected;
    }

    /** Tell in words and with an arrow how what was done compares with what should be done by now. */
    pace(row) {
        if (row.expected === null) {
            return "";
        }
        const by = { number: this.formatFigure({ value: Math.abs(row.actual.value - row.expected) }) };
        return this.isBehind(row) ? _t("▼ %(number)s behind", by) : _t("▲ %(number)s ahead", by);
    }

    /** Write a number that was worked out, without its fractions. */
    rounded(value) {
        return this.formatFigure({ value: value === null ? null : Math.round(value) });
    }
}
