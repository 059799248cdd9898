import { registry } from "@web/core/registry";
import { listView } from "@web/views/list/list_view";

class CustomerListController extends listView.Controller {
    /**
     * Open the dialog in which the desk registers a customer. No customer is created in a form.
     *
     * @override
     */
    createRecord() {
        return this.actionService.doAction("auto_lead_mgmt.action_auto_lead_register", {
            onClose: () => this.model.load(),
        });
    }
}

registry.category("views").add("auto_lead_list", {
    ...listView,
    Controller: CustomerListController,
});
