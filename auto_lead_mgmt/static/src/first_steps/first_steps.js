import { Component, onWillStart, useState } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const MODEL = "auto.first.steps";

/** What an administrator does before the first customer comes. The server says what is done. */
export class FirstSteps extends Component {
    static template = "auto_lead_mgmt.FirstSteps";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.state = useState({ company: "", hidden: false, steps: [] });
        onWillStart(async () => {
            Object.assign(this.state, await this.orm.call(MODEL, "get_steps", []));
        });
    }

    get doneCount() {
        return this.state.steps.filter((step) => step.done).length;
    }

    get summary() {
        return _t("%(company)s: %(done)s of %(all)s steps are done.", {
            company: this.state.company, done: this.doneCount, all: this.state.steps.length,
        });
    }

    stateOf(step) {
        return step.done ? _t("Done") : _t("To do");
    }

    labelOf(step) {
        return _t("Open: %s", step.label);
    }

    async hide(hidden) {
        await this.orm.call(MODEL, "action_hide", [hidden]);
        this.state.hidden = hidden;
        if (hidden) {
            this.action.doAction("auto_lead_mgmt.action_auto_lead_today", { clearBreadcrumbs: true });
        }
    }
}

registry.category("actions").add("auto_first_steps", FirstSteps);
