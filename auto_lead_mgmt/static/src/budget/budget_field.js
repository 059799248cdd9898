import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { session } from "@web/session";
import { IntegerField, integerField } from "@web/views/fields/integer/integer_field";
import { Badge } from "../choice_badges/badge";

/** A budget: a number, or one press on a band, which is known by its upper bound. */
export class BudgetField extends Component {
    static template = "auto_lead_mgmt.BudgetField";
    static components = { Badge, IntegerField };

    /** The bands as a list of {bound, label, isChosen}. */
    get bands() {
        const { company_id: company, [this.props.name]: value } = this.props.record.data;
        const bounds = session.auto_budget_bands?.[company?.id || user.activeCompany.id] || [];
        return bounds.map((bound, index) => ({
            bound,
            label: this.inShort(bound),
            isChosen: value > (bounds[index - 1] || 0) && value <= bound,
        }));
    }

    /** A bound as people say it: in ten thousands in Chinese, in thousands elsewhere. */
    inShort(sum) {
        return user.lang?.startsWith("zh") ? `≤ ${sum / 10000} 万` : `≤ ${sum / 1000}k`;
    }

    onPressed({ bound, isChosen }) {
        return this.props.record.update({ [this.props.name]: isChosen ? 0 : bound });
    }
}

registry.category("fields").add("auto_budget", {
    ...integerField,
    component: BudgetField,
    displayName: _t("Budget"),
});
