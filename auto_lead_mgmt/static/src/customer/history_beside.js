// the view that is extended here has to be there
import "@crm/views/crm_form/crm_form";
import { registry } from "@web/core/registry";
import { SIZES } from "@web/core/ui/ui_service";

const crmForm = registry.category("views").get("crm_form");

/** Tell whether the history of a record stands beside it already on a screen of this size: on the card of a customer. */
function isBeside(record, size) {
    return size >= SIZES.XL && Boolean(record?.data?.is_automotive);
}

/** Odoo puts the history below the form on a screen of 1366 pixels. A consultant reads it while she talks. */
class CustomerRenderer extends crmForm.Renderer {
    setup() {
        super.setup();
        const ui = this.uiService;
        const size = () => (isBeside(this.props.record, ui.size) ? SIZES.XXL : ui.size);
        this.uiService = Object.create(ui, { size: { get: size } });
    }
}

class CustomerController extends crmForm.Controller {
    get className() {
        const names = super.className;
        if (!this.env.inDialog && isBeside(this.model.root, this.ui.size)) {
            names["o_xxl_form_view h-100"] = true;
        }
        return names;
    }
}

registry
    .category("views")
    .add("crm_form", { ...crmForm, Renderer: CustomerRenderer, Controller: CustomerController }, { force: true });
