import { Component } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** The consultants who work now, in the order of their turns: one press gives the customer to one of them. */
export class Rota extends Component {
    static template = "auto_lead_mgmt.Rota";
    static props = { ...standardFieldProps, target: String };

    get rows() {
        return this.props.record.data[this.props.name] || [];
    }

    isChosen(row) {
        return this.props.record.data[this.props.target]?.id === row.user_id;
    }

    /** What is said of somebody beside the name: the first that matters, and the customers of today. */
    hint(row) {
        const state = (row.is_next && _t("next")) || (row.is_busy && _t("busy"));
        return [state, row.today].filter(Boolean).join(" · ");
    }

    title(row) {
        return _t("%s new customers today", row.today);
    }

    choose(row) {
        const value = !this.isChosen(row) && { id: row.user_id, display_name: row.name };
        this.props.record.update({ [this.props.target]: value });
    }
}

registry.category("fields").add("auto_rota", {
    component: Rota,
    supportedTypes: ["json"],
    extractProps: ({ options }) => ({ target: options.field }),
});
