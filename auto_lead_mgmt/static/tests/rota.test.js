import { expect, test } from "@odoo/hoot";
import { click, queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";

import { defineModels, fields, models, mountView } from "@web/../tests/web_test_helpers";
import { defineAutoLeadModels } from "./auto_lead_test_helpers";

class Colleague extends models.Model {
    _name = "colleague";
    name = fields.Char();
    _records = [
        { id: 1, name: "王芳" },
        { id: 2, name: "李强" },
        { id: 3, name: "赵敏" },
    ];
}

class Visit extends models.Model {
    _name = "visit";
    colleague_id = fields.Many2one({ relation: "colleague" });
    rota = fields.Json({
        default: [
            { user_id: 1, name: "王芳", is_next: false, is_busy: true, today: 2 },
            { user_id: 2, name: "李强", is_next: true, is_busy: false, today: 0 },
            { user_id: 3, name: "赵敏", is_next: false, is_busy: false, today: 1 },
        ],
    });
    _views = {
        form: `<form><field name="colleague_id"/>
            <field name="rota" widget="auto_rota" options="{'field': 'colleague_id'}"/></form>`,
    };
}

defineAutoLeadModels();
defineModels([Colleague, Visit]);

test("who works now is offered in turn, with who is next, who is busy and how many each got today", async () => {
    await mountView({ resModel: "visit", type: "form" });
    expect(queryAllTexts(".o_auto_rota button")).toEqual(["王芳 busy · 2 today", "李强 next", "赵敏 1 today"]);
});

test("one press gives the customer to somebody, another one takes it back", async () => {
    await mountView({ resModel: "visit", type: "form" });
    await click(".o_auto_rota button:contains(赵敏)");
    await animationFrame();
    expect("[name=colleague_id] input").toHaveValue("赵敏");
    expect(".o_auto_rota button[aria-pressed=true]").toHaveText("赵敏 1 today");
    await click(".o_auto_rota button:contains(赵敏)");
    await animationFrame();
    expect("[name=colleague_id] input").toHaveValue("");
});
