import { mailModels } from "@mail/../tests/mail_test_helpers";
import { defineModels, defineParams, models } from "@web/../tests/web_test_helpers";

/** The requests for a decision: none waits, unless a test says otherwise. */
export class AutoLeadReview extends models.Model {
    _name = "auto.lead.review";

    get_waiting_count() {
        return 0;
    }
}

/** The list of the day: nobody comes first, unless a test says otherwise. */
export class AutoLeadCallback extends models.Model {
    _name = "auto.lead.callback";

    get_first_count() {
        return 0;
    }
}

/** The figures of the Today page: each test says what they are. */
export class AutoLeadDashboard extends models.Model {
    _name = "auto.lead.dashboard";

    get_filters() {
        return { teams: [], users: [] };
    }
}

export const autoLeadModels = { ...mailModels, AutoLeadReview, AutoLeadCallback, AutoLeadDashboard };

/** Give the mock server what the web client asks for when the addon is installed. */
export function defineAutoLeadModels() {
    defineParams({ suite: "auto_lead_mgmt" }, "replace");
    return defineModels(autoLeadModels);
}
