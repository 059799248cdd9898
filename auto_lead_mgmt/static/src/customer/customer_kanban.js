import { registry } from "@web/core/registry";
import { RelationalModel } from "@web/model/relational_model/relational_model";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { isWonStage, proposePurchase } from "./propose_purchase";

class CustomerGroupList extends RelationalModel.DynamicGroupList {
    /**
     * Dropping an open customer on the won stage proposes the purchase; the card stays where it is until that is
     * confirmed.
     *
     * @override
     */
    async moveRecord(dataRecordId, dataGroupId, refId, targetGroupId) {
        const record = this.groups
            .find((group) => group.id === dataGroupId)
            ?.list.records.find((candidate) => candidate.id === dataRecordId);
        const target = this.groups.find((group) => group.id === targetGroupId);
        if (
            record?.data.auto_decided === "open" &&
            dataGroupId !== targetGroupId &&
            target?.value &&
            this.groupByField.name === "stage_id" &&
            (await isWonStage(this.model.orm, target.value))
        ) {
            return proposePurchase(this.model.action, record.resId, () => this.model.load());
        }
        return super.moveRecord(...arguments);
    }
}

class CustomerKanbanModel extends RelationalModel {
    static DynamicGroupList = CustomerGroupList;
}

registry.category("views").add("auto_lead_kanban", {
    ...kanbanView,
    Model: CustomerKanbanModel,
});
