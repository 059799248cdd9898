/**
 * A customer who is moved to a won stage has bought. The consultant proposes that in a dialog, and a second person
 * confirms it.
 */

/**
 * Tell whether the customers in a stage have bought.
 *
 * @param {Object} orm the ORM service
 * @param {number} stageId
 * @returns {Promise<boolean>}
 */
export async function isWonStage(orm, stageId) {
    const [stage] = await orm.read("crm.stage", [stageId], ["is_won"]);
    return Boolean(stage?.is_won);
}

/**
 * Open the dialog in which a purchase is proposed.
 *
 * @param {Object} action the action service
 * @param {number} leadId
 * @param {Function} onClose called when the dialog is closed, whether or not a purchase was proposed
 */
export function proposePurchase(action, leadId, onClose) {
    return action.doAction("auto_lead_mgmt.action_auto_lead_propose_won", {
        additionalContext: { default_lead_ids: [[6, 0, [leadId]]] },
        onClose,
    });
}
