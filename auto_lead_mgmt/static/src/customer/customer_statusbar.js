import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { statusBarField, StatusBarField } from "@web/views/fields/statusbar/statusbar_field";
import { isWonStage, proposePurchase } from "./propose_purchase";

class CustomerStatusBar extends StatusBarField {
    setup() {
        super.setup();
        this.orm = useService("orm");
        this.action = useService("action");
    }

    /**
     * Propose a purchase when the won stage is pressed: only a confirmed purchase leads there.
     *
     * @override
     */
    async selectItem(item) {
        const { record } = this.props;
        if (
            record.data.auto_decided === "open" &&
            record.resId &&
            (await isWonStage(this.orm, item.value))
        ) {
            if (await record.save()) {
                await proposePurchase(this.action, record.resId, () => record.load());
            }
            return;
        }
        return super.selectItem(item);
    }
}

registry.category("fields").add("auto_lead_statusbar", {
    ...statusBarField,
    component: CustomerStatusBar,
    additionalClasses: ["o_field_statusbar"],
});
