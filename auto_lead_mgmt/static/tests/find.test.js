import { expect, test } from "@odoo/hoot";
import { animationFrame } from "@odoo/hoot-mock";

import {
    defineModels,
    editSearch,
    fields,
    getMockEnv,
    makeMockEnv,
    mockService,
    models,
    mountView,
    onRpc,
    patchWithCleanup,
    validateSearch,
} from "@web/../tests/web_test_helpers";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { defineAutoLeadModels } from "./auto_lead_test_helpers";

class Customer extends models.Model {
    _name = "customer";
    name = fields.Char();
    auto_find = fields.Char();
    _records = [{ id: 1, name: "王先生", auto_find: "0146" }];
}

defineAutoLeadModels();
defineModels([Customer]);

const find = (searchValue) =>
    registry
        .category("command_provider")
        .get("auto_lead_mgmt.find")
        .provide(getMockEnv(), { searchValue });

test("Ctrl+K finds a customer by a number", async () => {
    patchWithCleanup(user, { hasGroup: async () => true });
    onRpc("crm.lead", "action_find", ({ args }) => {
        expect.step(args[0]);
        return { type: "ir.actions.act_window", res_model: "crm.lead", res_id: 1 };
    });
    mockService("action", { doAction: (action) => expect.step(`card ${action.res_id}`) });
    await makeMockEnv();
    expect(await find("1")).toEqual([]);
    const [command] = await find(" (139) 0010-0147 ");
    expect(command.name).toBe('Find customer "(139) 0010-0147"');
    await command.action();
    expect.verifySteps(["(139) 0010-0147", "card 1"]);
});

test("who has no customers is offered no search for them", async () => {
    patchWithCleanup(user, { hasGroup: async () => false });
    await makeMockEnv();
    expect(await find("0147")).toEqual([]);
});

test("a search that finds nobody does not say that the work is done", async () => {
    await mountView({
        resModel: "customer",
        type: "list",
        arch: `<list><field name="name"/></list>`,
        searchViewArch: `
            <search>
                <field name="auto_find" string="Customer" filter_domain="[('auto_find', '=', self)]"/>
            </search>`,
        noContentHelp: "All callbacks of today are done",
    });
    await editSearch("0147");
    await validateSearch();
    await animationFrame();
    expect(".o_nocontent_help").toHaveText(/No customer was found for "0147"/);
    expect(".o_nocontent_help").not.toHaveText(/All callbacks of today are done/);
});
