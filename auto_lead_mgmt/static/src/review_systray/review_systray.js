import { Component, onWillDestroy, onWillStart, useState } from "@odoo/owl";

import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";

/** The number of requests on which a reviewer can decide now, kept up to date by Odoo's bus. */
export class ReviewSystray extends Component {
    static template = "auto_lead_mgmt.ReviewSystray";
    static props = {};

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        const bus = useService("bus_service");
        this.state = useState({ isReviewer: false, count: 0 });
        const refresh = () => this.refresh();
        onWillStart(async () => {
            const groups = await Promise.all([
                user.hasGroup("auto_lead_mgmt.group_reviewer"),
                user.hasGroup("sales_team.group_sale_manager"),
            ]);
            this.state.isReviewer = groups.some(Boolean);
            if (this.state.isReviewer) {
                bus.subscribe("auto_lead_mgmt.review/updated", refresh);
                await this.refresh();
            }
        });
        onWillDestroy(() => bus.unsubscribe("auto_lead_mgmt.review/updated", refresh));
    }

    async refresh() {
        this.state.count = await this.orm.silent.call("auto.lead.review", "get_waiting_count", []);
    }

    open() {
        this.action.doAction("auto_lead_mgmt.action_auto_lead_review", { clearBreadcrumbs: true });
    }
}

registry
    .category("systray")
    .add("auto_lead_mgmt.review", { Component: ReviewSystray }, { sequence: 22 });
