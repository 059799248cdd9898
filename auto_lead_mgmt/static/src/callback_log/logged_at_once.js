import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

// so many milliseconds a call that was logged by one press can be taken back
const UNDO_WITHIN = 10000;

/** Say what one press has logged, and offer for ten seconds to take it back; the dialog closes meanwhile. */
function loggedAtOnce(env, { params: { lead_id: leadId, callback_id: callbackId, outcome } }) {
    const { action, notification, orm } = env.services;
    const close = notification.add(_t("Logged: %s", outcome), {
        type: "success",
        autocloseDelay: UNDO_WITHIN,
        buttons: [
            {
                name: _t("Undo"),
                primary: true,
                onClick: async () => {
                    close();
                    await orm.call("crm.lead", "action_undo_callback", [[leadId]], { callback_id: callbackId });
                    notification.add(_t("The call is due again."), { type: "info" });
                    await action.doAction("soft_reload");
                },
            },
        ],
    });
    return { type: "ir.actions.act_window_close" };
}

registry.category("actions").add("auto_lead_logged_at_once", loggedAtOnce);
