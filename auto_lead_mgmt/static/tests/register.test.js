import { beforeEach, destroy, expect, test } from "@odoo/hoot";
import { advanceTime, animationFrame, mockDate } from "@odoo/hoot-mock";

import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { browser } from "@web/core/browser/browser";
import { user } from "@web/core/user";
import { registerDraft, wipingLogOut } from "@auto_lead_mgmt/register/register_draft";
import { defineAutoLeadModels } from "./auto_lead_test_helpers";

class Register extends models.Model {
    _name = "register";
    phone = fields.Char();
    contact_name = fields.Char();
    draft_until = fields.Datetime({ default: "2026-11-25 18:00:00" });
    _views = {
        form: `
            <form js_class="auto_lead_register_form">
                <header>
                    <button name="action_register" type="object" string="Register"/>
                </header>
                <field name="draft_until" invisible="1"/>
                <field name="phone"/>
                <field name="contact_name"/>
            </form>`,
    };
}

defineAutoLeadModels();
defineModels([Register]);

const open = () => mountView({ resModel: "register", type: "form" });
const keys = () =>
    Object.keys(browser.localStorage).filter((key) => key.startsWith("auto_lead_mgmt.register/"));

beforeEach(() => {
    mockDate("2026-11-25 10:00:00", 0);
    registerDraft.wipe();
});

test("what was typed when the tab was closed is there again", async () => {
    registerDraft.keep({ phone: "139 0010 0147", contact_name: "王" }, Date.now() + 1000);
    await open();
    await animationFrame();
    expect("[name=phone] input").toHaveValue("139 0010 0147");
    expect("[name=contact_name] input").toHaveValue("王");
});

test("each character is kept while it is typed", async () => {
    await open();
    await contains("[name=phone] input").edit("139", { confirm: false });
    expect(registerDraft.read().phone).toBe("139");
});

test("who has registered or discarded leaves nothing", async () => {
    const dialog = await open();
    await contains("[name=phone] input").edit("13900100147");
    expect(registerDraft.read().phone).toBe("13900100147");
    destroy(dialog);
    expect(registerDraft.read()).toEqual({});
});

test("the dialog for the next customer is empty", async () => {
    await open();
    await contains("[name=phone] input").edit("13900100147");
    await open();
    await animationFrame();
    expect("[name=phone] input:last").toHaveValue("");
});

test("a failed registration keeps every character", async () => {
    expect.errors(1);
    onRpc("register", "action_register", () => {
        throw new Error("refused");
    });
    await open();
    await contains("[name=phone] input").edit("13900100147");
    await contains("button[name=action_register]").click();
    await animationFrame();
    expect(registerDraft.read().phone).toBe("13900100147");
    expect.verifyErrors([/refused/]);
});

test("closing time wipes it", async () => {
    registerDraft.keep({ phone: "139" }, Date.now() + 60000);
    await advanceTime(61000);
    expect(registerDraft.read()).toEqual({});
});

test("another person on the same machine does not see it", async () => {
    registerDraft.keep({ phone: "139" }, Date.now() + 60000);
    patchWithCleanup(user, { userId: 9999 });
    expect(registerDraft.read()).toEqual({});
    registerDraft.wipeOthers();
    expect(keys()).toEqual([]);
});

test("log-out wipes it", () => {
    registerDraft.keep({ phone: "139" }, Date.now() + 60000);
    const item = wipingLogOut(() => ({ id: "logout", callback: () => expect.step("logged out") }))();
    item.callback();
    expect(registerDraft.read()).toEqual({});
    expect.verifySteps(["logged out"]);
});
