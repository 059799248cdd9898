import { Component } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Badge } from "../choice_badges/badge";

/** The consultants who work now, in the order of their turns: one press gives the customer to one of them. */
export class Rota extends Component {
    static template = "auto_lead_mgmt.Rota";
    static components = { Badge };
    static props = { ...standardFieldProps, target: String };

    get rows() {
        return this.props.record.data[this.props.name] || [];
    }

    isChosen(row) {
        return this.props.record.data[this.props.target]?.id === row.user_id;
    }

    /** What is said of somebody beside the name: whether they can, and how many new customers they got today. */
    hint(row) {
        const state = (row.is_next && _t("next")) || (row.is_busy && _t("busy"));
        const today = row.today > 0 && _t("%s today", row.today);
        return [state, today].filter(Boolean).join(" · ");
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
