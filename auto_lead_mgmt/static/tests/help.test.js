import { expect, test } from "@odoo/hoot";
import { animationFrame } from "@odoo/hoot-mock";

import { contains, mountWithCleanup, patchWithCleanup } from "@web/../tests/web_test_helpers";
import { browser } from "@web/core/browser/browser";
import { user } from "@web/core/user";
import { HelpButton } from "@auto_lead_mgmt/help/help_button";
import { defineAutoLeadModels } from "./auto_lead_test_helpers";

defineAutoLeadModels();

const MANUAL = {
    parts: ["<p>All there is</p>", "<p>Call <em>today</em></p>"],
    chapters: [{ title: "1. Start", parts: [0] }, { title: "2. Calls", parts: [1] }],
    screens: { general: [0], "auto.callback.log": [1] },
};

/** Press the button of a dialog; the server answers who asks for the manual. */
async function askForHelp(dialogModel, body, options) {
    await mountWithCleanup(HelpButton, { props: { dialogModel } });
    patchWithCleanup(browser, {
        fetch: async (url) => {
            expect.step(url.split("/").pop());
            return new Response(JSON.stringify(body), options);
        },
    });
    expect(".o_auto_help_button").toHaveAttribute("tabindex", "-1");
    await contains(".o_auto_help_button").click();
    await animationFrame();
}

test("the manual says what it says of the screen, and its chapters", async () => {
    await askForHelp("auto.callback.log", MANUAL);
    expect.verifySteps(["en.json"]);
    expect(".o_auto_help_text").toHaveText("Call today");
    expect(".o_auto_help_text em").toHaveCount(1);
    await contains(".o_auto_help nav button:contains(1. Start)").click();
    expect(".o_auto_help_text").toHaveText("All there is");
    await contains(".o_auto_help nav button:contains(Back)").click();
    expect(".o_auto_help_text").toHaveText("Call today");
});

test("it is in the language of the person, and of a screen without a chapter the general one", async () => {
    patchWithCleanup(user, { lang: "zh-CN" });
    await askForHelp("auto.unknown", MANUAL);
    expect.verifySteps(["zh_CN.json"]);
    expect(".o_auto_help_text").toHaveText("All there is");
});

test("it says so when the manual cannot be read", async () => {
    await askForHelp("auto.callback.log", {}, { status: 404 });
    expect.verifySteps(["en.json"]);
    expect(".o_auto_help .alert-danger").toHaveCount(1);
});

test("dialogs and apps of others have no such button", async () => {
    await mountWithCleanup(HelpButton, { props: { dialogModel: "res.partner" } });
    await mountWithCleanup(HelpButton);
    expect(".o_auto_help_button").toHaveCount(0);
});
