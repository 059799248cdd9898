import { Activity } from "@mail/core/web/activity";
import { ActivityListPopoverItem } from "@mail/core/web/activity_list_popover_item";
import { patch } from "@web/core/utils/patch";

// The context with which each dialog opens for a callback
const CONTEXTS = {
    action_auto_callback_log: (activity) => ({
        default_activity_id: activity.id,
        default_lead_id: activity.res_id,
    }),
    action_auto_callback_cancel: (activity) => ({ default_activity_id: activity.id }),
    action_auto_callback_shift: (activity) => ({
        active_model: "auto.lead.callback",
        active_ids: [activity.id],
    }),
};

/**
 * Open one of the dialogs for a callback.
 *
 * @param {Object} action the action service
 * @param {string} name of the dialog's action
 * @param {Object} activity of the store
 * @returns {Promise} resolved when the dialog is closed
 */
function openDialog(action, name, activity) {
    return new Promise((resolve) =>
        action.doAction(`auto_lead_mgmt.${name}`, {
            additionalContext: CONTEXTS[name](activity),
            onClose: resolve,
        })
    );
}

/** In the history of a customer, a callback is logged in a dialog, and shifted or cancelled with a reason. */
patch(Activity.prototype, {
    async logCallback() {
        const thread = this.thread;
        await openDialog(this.env.services.action, "action_auto_callback_log", this.props.activity);
        this.props.onActivityChanged(thread);
    },

    async shiftCallback() {
        const thread = this.thread;
        await openDialog(this.env.services.action, "action_auto_callback_shift", this.props.activity);
        this.props.onActivityChanged(thread);
    },

    async unlink() {
        if (!this.props.activity.auto_sales) {
            return super.unlink();
        }
        const thread = this.thread;
        await openDialog(this.env.services.action, "action_auto_callback_cancel", this.props.activity);
        this.props.onActivityChanged(thread);
    },
});

/** The same holds in the list that the clock of a row opens. */
patch(ActivityListPopoverItem.prototype, {
    async logCallback() {
        this.props.onClickEditActivityButton();
        await openDialog(this.env.services.action, "action_auto_callback_log", this.props.activity);
        this.props.onActivityChanged?.();
    },

    async shiftCallback() {
        this.props.onClickEditActivityButton();
        await openDialog(this.env.services.action, "action_auto_callback_shift", this.props.activity);
        this.props.onActivityChanged?.();
    },

    async unlink() {
        if (!this.props.activity.auto_sales) {
            return super.unlink();
        }
        this.props.onClickEditActivityButton();
        await openDialog(this.env.services.action, "action_auto_callback_cancel", this.props.activity);
        this.props.onActivityChanged?.();
    },
});
