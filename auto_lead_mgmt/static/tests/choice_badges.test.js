import { expect, test } from "@odoo/hoot";
import { press, queryAllTexts, queryFirst } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";

import { contains, defineModels, fields, models, mountView, onRpc } from "@web/../tests/web_test_helpers";
import { defineAutoLeadModels } from "./auto_lead_test_helpers";

class Reason extends models.Model {
    _name = "reason";
    _records = [{ id: 1, name: "Price" }, { id: 2, name: "Unreachable" }];

    name = fields.Char();
}

class Loss extends models.Model {
    _name = "loss";
    _records = [{ id: 1, reason_id: 2 }];

    name = fields.Char();
    reason_id = fields.Many2one({ relation: "reason", string: "Reason" });
}

defineAutoLeadModels();
defineModels([Reason, Loss]);

const mountForm = (attributes = "") =>
    mountView({
        type: "form",
        resModel: "loss",
        resId: 1,
        arch: `<form><field name="reason_id" widget="auto_choice_badges" ${attributes}/></form>`,
    });

test("the choices are buttons, the chosen one is pressed", async () => {
    await mountForm();
    expect(queryAllTexts("button.o_selection_badge")).toEqual(["Price", "Unreachable"]);
    expect(".o_selection_badge[aria-pressed=true]").toHaveText("Unreachable");
    expect("[role=group]").toHaveAttribute("aria-label", "Reason");
    await contains(".o_selection_badge:contains(Price)").click();
    expect(".o_selection_badge[aria-pressed=true]").toHaveText("Price");
});

test("a choice is made by the keyboard", async () => {
    await mountForm();
    queryFirst(".o_selection_badge").focus();
    expect(".o_selection_badge:first").toBeFocused();
    await press("Enter");
    await animationFrame();
    expect(".o_selection_badge[aria-pressed=true]").toHaveText("Price");
});

test("the choices are those of the context of the field", async () => {
    onRpc("reason", "name_search", ({ kwargs }) => expect.step(kwargs.context.auto_trade));
    await mountForm(`context="{'auto_trade': True}"`);
    expect.verifySteps([true]);
});

test("what cannot be changed is a text", async () => {
    await mountForm('readonly="1"');
    expect(".o_selection_badge").toHaveCount(0);
    expect("[name=reason_id]").toHaveText("Unreachable");
});

test.tags("desktop");
test("a form can start with the choices", async () => {
    await mountView({
        type: "form",
        resModel: "loss",
        arch: `<form>
                <field name="name"/>
                <field name="reason_id" widget="auto_choice_badges" default_focus="1"/>
            </form>`,
    });
    expect(".o_selection_badge:first").toBeFocused();
});
