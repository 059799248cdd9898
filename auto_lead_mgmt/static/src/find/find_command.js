import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";

// shorter texts find too many customers
const LEAST = 2;

const groups = ["auto_lead_mgmt.group_reception", "sales_team.group_sale_salesman"];

/** Ctrl+K finds a customer: by a number in any writing, its last four digits, a name, WeChat or an order reference. */
registry.category("command_provider").add("auto_lead_mgmt.find", {
    async provide(env, { searchValue = "" }) {
        const text = searchValue.trim();
        if (text.length < LEAST) {
            return [];
        }
        if (!(await Promise.all(groups.map((group) => user.hasGroup(group)))).some(Boolean)) {
            return [];
        }
        return [
            {
                category: "default",
                name: _t('Find customer "%s"', text),
                async action() {
                    const action = await env.services.orm.call("crm.lead", "action_find", [text]);
                    await env.services.action.doAction(action, { clearBreadcrumbs: true });
                },
            },
        ];
    },
});
