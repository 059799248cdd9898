import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

import { CountSystray } from "../count_systray/count_systray";

/** One tap to the list of the day, with the number of those who come first: what was returned, and who is new. */
export class DaySystray extends CountSystray {
    static groups = ["sales_team.group_sale_salesman"];
    static notices = ["auto_lead_mgmt.told", "auto_lead_mgmt.day"];
    static model = "auto.lead.callback";
    static method = "get_first_count";
    static opens = "auto_lead_mgmt.action_auto_lead_day";
    static button = "o_auto_day_systray";
    static icon = "fa-phone";
    static isAlwaysShown = true;

    get title() {
        return _t("My Day");
    }
}

registry
    .category("systray")
    .add("auto_lead_mgmt.day", { Component: DaySystray }, { sequence: 23 });
