import { expect, test } from "@odoo/hoot";
import { animationFrame } from "@odoo/hoot-mock";

import { contains, mockService, mountWebClient, onRpc, patchWithCleanup } from "@web/../tests/web_test_helpers";
import { user } from "@web/core/user";
import { defineAutoLeadModels } from "./auto_lead_test_helpers";

defineAutoLeadModels();

const isReviewer = (answer) => patchWithCleanup(user, { hasGroup: async () => answer });

test("a reviewer sees how many requests wait, and opens them", async () => {
    isReviewer(true);
    onRpc("auto.lead.review", "get_waiting_count", () => 3);
    await mountWebClient();
    await animationFrame();
    expect(".o_auto_review_systray .badge").toHaveText("3");
    mockService("action", { doAction: (name) => expect.step(name) });
    await contains(".o_auto_review_systray").click();
    expect.verifySteps(["auto_lead_mgmt.action_auto_lead_review"]);
});

test("nothing is shown when nothing waits", async () => {
    isReviewer(true);
    await mountWebClient();
    expect(".o_auto_review_systray").toHaveCount(0);
});

test("who is no reviewer is not counted for", async () => {
    isReviewer(false);
    onRpc("auto.lead.review", "get_waiting_count", () => expect.step("asked"));
    await mountWebClient();
    expect(".o_auto_review_systray").toHaveCount(0);
    expect.verifySteps([]);
});

test("the web client opens also when the number cannot be had", async () => {
    isReviewer(true);
    onRpc("auto.lead.review", "get_waiting_count", () => {
        throw new Error("no such model");
    });
    await mountWebClient();
    await animationFrame();
    expect(".o_main_navbar").toHaveCount(1);
    expect(".o_auto_review_systray").toHaveCount(0);
});
