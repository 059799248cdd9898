import { Component, onWillDestroy, onWillStart, useState } from "@odoo/owl";

import { ConnectionLostError, RPCError } from "@web/core/network/rpc";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";

/**
 * A button at the top of every page with a number beside it, which notices on Odoo's bus keep up to date. What it counts
 * and opens, and for whom, a subclass says.
 */
export class CountSystray extends Component {
    static template = "auto_lead_mgmt.CountSystray";
    static props = {};
    /** Groups of whose people one sees the button */
    static groups = [];
    /** Notices after which the number is asked for again */
    static notices = [];
    /** The model and its method that counts */
    static model = "";
    static method = "";
    /** The action that a press opens */
    static opens = "";
    /** Classes of the button and of its icon */
    static button = "";
    static icon = "";
    /** Whether the button is there when nothing is counted */
    static isAlwaysShown = false;

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.kind = this.constructor;
        const bus = useService("bus_service");
        const { groups, notices } = this.kind;
        this.state = useState({ isFor: false, count: 0 });
        const refresh = () => this.refresh();
        onWillStart(async () => {
            const answers = await Promise.all(groups.map((group) => user.hasGroup(group)));
            this.state.isFor = answers.some(Boolean);
            if (this.state.isFor) {
                notices.forEach((notice) => bus.subscribe(notice, refresh));
                await this.refresh();
            }
        });
        onWillDestroy(() => notices.forEach((notice) => bus.unsubscribe(notice, refresh)));
    }

    get isShown() {
        return this.state.isFor && (this.kind.isAlwaysShown || this.state.count);
    }

    /** Count. A failure leaves the number as it was, and the next notice counts again. */
    async refresh() {
        try {
            this.state.count = await this.orm.silent.call(this.kind.model, this.kind.method, []);
        } catch (error) {
            if (!(error instanceof RPCError || error instanceof ConnectionLostError)) {
                throw error;
            }
        }
    }

    open() {
        this.action.doAction(this.kind.opens, { clearBreadcrumbs: true });
    }
}
