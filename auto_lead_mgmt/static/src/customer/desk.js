import { registry } from "@web/core/registry";

/** The start of the desk: its customers, and above them the dialog that registers one. */
export async function openDesk(env) {
    await env.services.action.doAction("auto_lead_mgmt.action_auto_lead_customer", {
        clearBreadcrumbs: true,
    });
    return "auto_lead_mgmt.action_auto_lead_register";
}

registry.category("actions").add("auto_lead_desk", openDesk);
