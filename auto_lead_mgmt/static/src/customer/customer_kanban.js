import { CrmKanbanDynamicGroupList } from "@crm/views/crm_kanban/crm_kanban_model";
import { patch } from "@web/core/utils/patch";
import { isWonStage, proposePurchase } from "./propose_purchase";

/** This holds in Odoo's own pipeline and in the one of the automotive flow. */
patch(CrmKanbanDynamicGroupList.prototype, {
    /**
     * Propose the purchase when an open customer is dropped on the won stage. The card stays where it is until a
     * reviewer confirms.
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
    },
});
