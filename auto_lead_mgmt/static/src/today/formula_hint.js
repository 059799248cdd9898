import { Component, useState } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";

/** A button that tells how a figure is counted: as a tooltip, and below it when it is pressed. */
export class FormulaHint extends Component {
    static template = "auto_lead_mgmt.FormulaHint";
    static props = { label: String, formula: String };

    setup() {
        this.state = useState({ open: false });
    }

    get question() {
        return _t("How is this counted: %s", this.props.label);
    }

    toggle() {
        this.state.open = !this.state.open;
    }
}
