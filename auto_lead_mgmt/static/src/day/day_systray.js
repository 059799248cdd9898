import { Component, onWillDestroy, onWillStart, useState } from "@odoo/owl";

import { ConnectionLostError, RPCError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";

// what is told to a person, and what changes what comes first
const NOTICES = ["auto_lead_mgmt.told", "auto_lead_mgmt.day"];

/** One tap to the list of the day, with the number of those who come first: what was returned, and who is new. */
export class DaySystray extends Component {
    static template = "auto_lead_mgmt.DaySystray";
    static props = {};

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        const bus = useService("bus_service");
        this.state = useState({ hasDay: false, count: 0 });
        const refresh = () => this.refresh();
        onWillStart(async () => {
            this.state.hasDay = await user.hasGroup("sales_team.group_sale_salesman");
            if (this.state.hasDay) {
                NOTICES.forEach((notice) => bus.subscribe(notice, refresh));
                await this.refresh();
            }
        });
        onWillDestroy(() => NOTICES.forEach((notice) => bus.unsubscribe(notice, refresh)));
    }

    /** Count. A failure leaves the number as it was, and the next notice counts again. */
    async refresh() {
        try {
            this.state.count = await this.orm.silent.call("auto.lead.callback", "get_first_count", []);
        } catch (error) {
            if (!(error instanceof RPCError || error instanceof ConnectionLostError)) {
                throw error;
            }
        }
    }

    open() {
        this.action.doAction("auto_lead_mgmt.action_auto_lead_day", { clearBreadcrumbs: true });
    }
}

registry
    .category("systray")
    .add("auto_lead_mgmt.day", { Component: DaySystray }, { sequence: 23 });
