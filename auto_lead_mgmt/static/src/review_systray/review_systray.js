import { Component, onWillDestroy, onWillStart, useState } from "@odoo/owl";

import { ConnectionLostError, RPCError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";

/** The number of requests on which a reviewer can decide now. Notices on Odoo's bus keep it up to date. */
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

    /** Count the requests. A failure leaves the number as it was, and the next notice counts again. */
    async refresh() {
        try {
            this.state.count = await this.orm.silent.call("auto.lead.review", "get_waiting_count", []);
        } catch (error) {
            if (!(error instanceof RPCError || error instanceof ConnectionLostError)) {
                throw error;
            }
        }
    }

    open() {
        this.action.doAction("auto_lead_mgmt.action_auto_lead_review", { clearBreadcrumbs: true });
    }
}

registry
    .category("systray")
    .add("auto_lead_mgmt.review", { Component: ReviewSystray }, { sequence: 22 });
