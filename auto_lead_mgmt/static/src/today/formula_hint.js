import { Component, useState } from "@odoo/owl";

/** Tells how a figure is counted: on hover, and on a tap or by keyboard below it. */
export class FormulaHint extends Component {
    static template = "auto_lead_mgmt.FormulaHint";
    static props = { label: String, formula: String };

    setup() {
        this.state = useState({ open: false });
    }

    toggle() {
        this.state.open = !this.state.open;
    }
}
