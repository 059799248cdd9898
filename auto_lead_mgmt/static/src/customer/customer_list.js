import { registry } from "@web/core/registry";
import { listView } from "@web/views/list/list_view";

class CustomerListController extends listView.Controller {
    /**
     * A customer is registered in the dialog of the desk, not created in a form.
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
