import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

import { CountSystray } from "../count_systray/count_systray";

/** The number of requests on which a reviewer can decide now. */
export class ReviewSystray extends CountSystray {
    static groups = ["auto_lead_mgmt.group_reviewer", "sales_team.group_sale_manager"];
    static notices = ["auto_lead_mgmt.review/updated"];
    static model = "auto.lead.review";
    static method = "get_waiting_count";
    static opens = "auto_lead_mgmt.action_auto_lead_review";
    static button = "o_auto_review_systray";
    static icon = "fa-check-square-o";

    get title() {
        return _t("Requests waiting for your decision");
    }
}

registry
    .category("systray")
    .add("auto_lead_mgmt.review", { Component: ReviewSystray }, { sequence: 22 });
