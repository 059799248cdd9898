import { expect, test } from "@odoo/hoot";

import { contains, getService, mountWebClient, onRpc, patchWithCleanup } from "@web/../tests/web_test_helpers";
import { defineAutoLeadModels } from "./auto_lead_test_helpers";

defineAutoLeadModels();

test("steps show their tick, open their screen, and can be put away", async () => {
    onRpc("auto.first.steps", "get_steps", () => ({
        company: "Dealer", hidden: false,
        steps: [
            { key: "brands", label: "Brands", text: "Mark them.", done: true, action: "a.brands" },
            { key: "team", label: "Team", text: "Add them.", done: false, action: "a.team" },
            { key: "mail", label: "Mail", text: "Set it.", done: false, action: false },
        ],
    }));
    onRpc("auto.first.steps", "action_hide", ({ args }) => {
        expect.step(`hide ${args[0]}`);
        return true;
    });
    await mountWebClient();
    await getService("action").doAction({ type: "ir.actions.client", tag: "auto_first_steps" });
    patchWithCleanup(getService("action"), { doAction: (action) => expect.step(action) });
    expect(".o_auto_steps_done").toHaveText("Dealer: 1 of 3 steps are done.");
    expect("[data-step] .fa-check-circle").toHaveCount(1);
    expect("[data-step=mail] button").toHaveCount(0);
    expect("[data-step=mail]").toHaveText(/right Settings/);
    await contains("[data-step=team] button").click();
    expect.verifySteps(["a.team"]);
    await contains("button:contains(From Now On)").click();
    expect.verifySteps(["hide true", "auto_lead_mgmt.action_auto_lead_today"]);
});
