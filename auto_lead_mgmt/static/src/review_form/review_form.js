import { useEffect } from "@odoo/owl";

import { registry } from "@web/core/registry";
import { formView } from "@web/views/form/form_view";

/** When the reviewer has decided on a request, the next one of the queue opens by itself; after the last, the queue. */
export class ReviewFormController extends formView.Controller {
    setup() {
        super.setup();
        let shown = {};
        useEffect(
            (resId, state) => {
                const decided = shown.resId === resId && shown.state === "pending" && state !== "pending";
                shown = { resId, state };
                if (decided) {
                    this.openNext(resId);
                }
            },
            () => [this.model.root.resId, this.model.root.data.state]
        );
    }

    /**
     * Open the request that stands behind a decided one.
     *
     * @param {number} decided its id
     */
    async openNext(decided) {
        const { resIds } = this.model.root;
        const next = resIds[resIds.indexOf(decided) + 1];
        if (next) {
            await this.model.load({ resId: next, resIds: resIds.filter((id) => id !== decided) });
        } else if (this.env.config.breadcrumbs?.length > 1) {
            this.env.config.historyBack();
        }
    }
}

registry.category("views").add("auto_lead_review_form", {
    ...formView,
    Controller: ReviewFormController,
});
