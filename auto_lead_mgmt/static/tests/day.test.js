import { expect, test } from "@odoo/hoot";
import { animationFrame, mockDate } from "@odoo/hoot-mock";

import {
    contains,
    defineModels,
    fields,
    makeMockEnv,
    mockService,
    models,
    mountView,
    mountWebClient,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { user } from "@web/core/user";
import { toldService } from "@auto_lead_mgmt/day/told_service";
import { defineAutoLeadModels } from "./auto_lead_test_helpers";

class Visit extends models.Model {
    _name = "visit";
    day = fields.Date();
    _records = [
        { id: 1, day: "2026-11-24" },
        { id: 2, day: "2026-11-25" },
        { id: 3, day: "2026-11-26" },
        { id: 4, day: "2026-12-01" },
        { id: 5, day: "2026-12-02" },
        { id: 6, day: "2026-11-20" },
        { id: 7, day: false },
    ];
}

defineAutoLeadModels();
defineModels([Visit]);

const isSalesperson = (answer) => patchWithCleanup(user, { hasGroup: async () => answer });

/** Start the service that tells people, and return what it is to be called with. */
const startTold = async () => {
    await makeMockEnv();
    const names = { 7: "王先生", 8: "李女士", 9: "赵先生", 10: "钱先生" };
    const services = {
        action: { doAction: (action) => expect.step(action.res_id || action.domain) },
        notification: {
            add: (message, options) => {
                services.shown = { message, ...options };
                return () => expect.step("closed");
            },
        },
        orm: {
            silent: {
                read: async (model, ids) =>
                    ids.map((id) => ({
                        display_name: names[id],
                        returned_text: id === 7 && "Purchase returned by 经理: 价格不对",
                    })),
            },
        },
    };
    const subscribe = (type, tell) => Object.assign(services, { type, tell });
    toldService.start({}, { ...services, bus_service: { subscribe } });
    return services;
};

test("what others did is told with a button that opens the card", async () => {
    const told = await startTold();
    expect(told.type).toBe("auto_lead_mgmt.told");
    await told.tell({ title: "Purchase: Returned", look: "warning", lead_ids: [7], count: 1 });
    expect(told.shown.message).toBe("王先生: Purchase returned by 经理: 价格不对");
    expect(told.shown.type).toBe("warning");
    expect(told.shown.sticky).toBe(true);
    told.shown.buttons[0].onClick();
    expect.verifySteps(["closed", 7]);
});

test("of many, some are named and all are opened", async () => {
    const told = await startTold();
    const ids = [8, 9, 10, 7];
    await told.tell({ title: "5 requests: Approved", look: "success", lead_ids: ids, count: 5 });
    expect(told.shown.message).toBe("李女士\n赵先生\n钱先生\nand 2 more");
    expect(told.shown.sticky).toBe(false);
    told.shown.buttons[0].onClick();
    expect.verifySteps(["closed", [["id", "in", ids]]]);
});

test("of whom one may not see, nothing is said", async () => {
    const told = await startTold();
    await told.tell({ title: "Purchase: Returned", look: "warning", lead_ids: [], count: 1 });
    expect(told.shown.message).toBe("");
    expect(told.shown.buttons).toEqual([]);
});

test("one tap opens the list of the day, with the number of those who come first", async () => {
    isSalesperson(true);
    onRpc("auto.lead.callback", "get_first_count", () => 2);
    await mountWebClient();
    await animationFrame();
    expect(".o_auto_day_systray .badge").toHaveText("2");
    mockService("action", { doAction: (name) => expect.step(name) });
    await contains(".o_auto_day_systray").click();
    expect.verifySteps(["auto_lead_mgmt.action_auto_lead_day"]);
});

test("who has no day has no button", async () => {
    isSalesperson(false);
    onRpc("auto.lead.callback", "get_first_count", () => expect.step("asked"));
    await mountWebClient();
    expect(".o_auto_day_systray").toHaveCount(0);
    expect.verifySteps([]);
});

test("days as people say them", async () => {
    mockDate("2026-11-25 10:00:00");
    await mountView({
        resModel: "visit",
        type: "list",
        arch: `<list><field name="day" widget="auto_day"/></list>`,
    });
    const shown = [...document.querySelectorAll(".o_data_row td.o_data_cell")].map((cell) =>
        cell.textContent.trim()
    );
    expect(shown).toEqual(["Yesterday", "Today", "Tomorrow", "Tuesday", "Dec 2", "Nov 20", ""]);
});
