import { describe, expect, test } from "@odoo/hoot";
import { animationFrame } from "@odoo/hoot-mock";

import { contains, defineModels } from "@web/../tests/web_test_helpers";
import { defineAutoLeadModels } from "../auto_lead_test_helpers";
import {
    CrmLead,
    loadFile,
    makeAnswer,
    onImport,
    onPreview,
    Partner,
    press,
    uploadFile,
} from "./import_sheet_test_helpers";

describe.current.tags("desktop");
defineAutoLeadModels();
defineModels([CrmLead, Partner]);

const SWITCH = ".o_auto_registrations input";

test("the server says whether the lines are registered", async () => {
    onPreview(true);
    await loadFile();
    expect.verifySteps(["preview undefined"]);
    expect(SWITCH).toBeChecked();
});

test("and that they are not", async () => {
    onPreview(false);
    await loadFile();
    expect.verifySteps(["preview undefined"]);
    expect(SWITCH).not.toBeChecked();
});

test("opened from the customers, they are", async () => {
    onPreview(false);
    await loadFile("crm.lead", { auto_lead_registrations: true });
    expect.verifySteps(["preview true"]);
    expect(SWITCH).toBeChecked();
});

test("the switch reads the file again, and holds for the next one", async () => {
    onPreview(true);
    await loadFile();
    await contains(SWITCH).click();
    await animationFrame();
    expect(SWITCH).not.toBeChecked();
    await uploadFile();
    expect.verifySteps(["preview undefined", "preview false", "preview false"]);
});

test("what the server said of one file does not hold for the next", async () => {
    onPreview(true);
    await loadFile();
    await uploadFile();
    expect.verifySteps(["preview undefined", "preview undefined"]);
});

test("plain leads are imported as Odoo does", async () => {
    onPreview(false);
    onImport({ ids: [1], messages: [{ type: "warning", message: "Look at this" }], nextrow: 0, name: [] });
    await loadFile();
    await press("Import");
    expect.verifySteps(["preview undefined", "import from 0"]);
    expect(".o_import_data_content .alert").toHaveText("Look at this");
    expect(".o_auto_sheet_summary").toHaveCount(0);
    expect(".o_control_panel_main_buttons button:contains(Import)").toHaveCount(1);
});

test("other models are left alone", async () => {
    onPreview(true);
    onImport(makeAnswer({ messages: [{ type: "warning", message: "Look at this" }] }));
    await loadFile("partner", { auto_lead_registrations: true });
    expect(".o_auto_registrations").toHaveCount(0);
    await press("Import");
    expect.verifySteps(["preview undefined", "import from 0"]);
    expect(".o_import_data_content .alert").toHaveText("Look at this");
    expect(".o_auto_sheet_summary").toHaveCount(0);
});
