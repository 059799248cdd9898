import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";

import { contains, defineModels, mockService, patchWithCleanup } from "@web/../tests/web_test_helpers";
import { BaseImportModel } from "@base_import/import_model";
import { defineAutoLeadModels } from "../auto_lead_test_helpers";
import { CrmLead, loadFile, makeAnswer, onImport, onPreview, press, uploadFile } from "./import_sheet_test_helpers";

describe.current.tags("desktop");
defineAutoLeadModels();
CrmLead._views = { list: `<list><field name="display_name"/></list>`, form: `<form/>`, search: `<search/>` };
CrmLead._records = [1, 2, 3].map((id) => ({ id, display_name: `Customer ${id}` }));
defineModels([CrmLead]);

const SUMMARY = ".o_auto_sheet_summary";
const counts = () => queryAllTexts(`${SUMMARY} .o_auto_count`);
const batch = (nextrow, values) =>
    makeAnswer({
        nextrow,
        auto_summary: { read: 2000, new: [], repeats: [], known: [], skipped: 0, ...values },
    });

test("a test tells how many lines are read", async () => {
    onPreview();
    onImport(makeAnswer());
    await loadFile();
    await press("Test");
    expect.verifySteps(["preview undefined", "test from 0"]);
    expect(queryAllTexts(".o_import_data_content .alert-info")).toEqual(["Everything seems valid.", "4 lines read"]);
    expect(SUMMARY).toHaveCount(0);
});

test("after the import each kind of line has its number and its customers", async () => {
    onPreview();
    onImport(makeAnswer());
    await loadFile();
    await press("Import");
    expect.verifySteps(["preview undefined", "import from 0"]);
    expect(`${SUMMARY} h4`).toHaveText("4 lines read");
    expect(counts()).toEqual(["2", "2", "0", "0"]);
    expect(".o_import_data_content > table").toHaveCount(0);
    expect(queryAllTexts(".o_control_panel_main_buttons button")).toEqual(["Load Data File", "Close"]);
    mockService("action", { doAction: (action) => expect.step(action) });
    await contains(`${SUMMARY} [data-kind=repeats] button`).click();
    expect.verifySteps([
        {
            type: "ir.actions.act_window",
            name: "Asked again",
            res_model: "crm.lead",
            views: [[false, "list"], [false, "form"]],
            domain: [["id", "in", [3]]],
            context: { active_test: false },
            target: "current",
        },
    ]);
});

test("who comes back from the customers finds the summary", async () => {
    onPreview();
    onImport(makeAnswer());
    await loadFile();
    await press("Import");
    expect.verifySteps(["preview undefined", "import from 0"]);
    await contains(`${SUMMARY} [data-kind=new] button`).click();
    expect(".o_list_view .o_data_row").toHaveCount(2);
    await contains(".o_back_button").click();
    expect(counts()).toEqual(["2", "2", "0", "0"]);
    await contains(`${SUMMARY} [data-kind=repeats] button`).click();
    expect(".o_list_view .o_data_row").toHaveCount(1);
});

test("another file starts anew", async () => {
    onPreview();
    onImport(makeAnswer());
    await loadFile();
    await press("Import");
    await uploadFile();
    expect.verifySteps(["preview undefined", "import from 0", "preview undefined"]);
    expect(SUMMARY).toHaveCount(0);
    expect(".o_import_data_content > table").toHaveCount(1);
    expect(".o_control_panel_main_buttons button:contains(Import)").toHaveCount(1);
});

test("warnings hold nothing up, and each is said once", async () => {
    const messages = [{ type: "warning", message: "No day: today is taken" }];
    const line = { type: "warning", message: "Line 2007 is a total" };
    onPreview(true, 4001);
    onImport({ ...batch(2000), messages }, { ...batch(0, { skipped: 1 }), messages: [...messages, line] });
    await loadFile();
    await press("Import");
    expect.verifySteps(["preview undefined", "import from 0", "import from 2000"]);
    expect(queryAllTexts(".o_import_data_content .alert-warning")).toEqual([
        "No day: today is taken",
        "Line 2007 is a total",
    ]);
    expect(`${SUMMARY} h4`).toHaveText("4,000 lines read");
    expect(counts()).toEqual(["0", "0", "0", "1"]);
});

test("an interrupted import goes on, and sums up all of it", async () => {
    onPreview(true, 4001);
    onImport(batch(2000, { new: [1] }), makeAnswer(), batch(0, { new: [2] }));
    // The user presses the cross while the first batch runs.
    const interrupt = patchWithCleanup(BaseImportModel.prototype, {
        async _executeImportStep() {
            const error = await super._executeImportStep(...arguments);
            this.stopImport();
            return error;
        },
    });
    await loadFile();
    await press("Import");
    expect(`${SUMMARY} h4`).toHaveText("2,000 lines read so far");
    expect(".o_import_data_content .alert-warning").toHaveText(/resuming at line 2001/);
    expect(".o_import_data_content > table").toHaveCount(1);
    interrupt();

    await press("Test");
    expect(`${SUMMARY} h4`).toHaveText("2,000 lines read so far");
    await press("Resume");
    expect.verifySteps(["preview undefined", "import from 0", "test from 2000", "import from 2000"]);
    expect(`${SUMMARY} h4`).toHaveText("4,000 lines read");
    expect(counts()).toEqual(["2", "0", "0", "0"]);
});

test("who looks at the customers of an interrupted import can resume it", async () => {
    onPreview(true, 4001);
    onImport(batch(2000, { new: [1] }), new Error("lost"), batch(0, { new: [2] }));
    await loadFile();
    await press("Import");
    expect(".o_import_data_content .alert-danger").toHaveCount(1);
    await contains(`${SUMMARY} [data-kind=new] button`).click();
    expect(".o_list_view .o_data_row").toHaveCount(1);
    await contains(".o_back_button").click();
    expect(`${SUMMARY} h4`).toHaveText("2,000 lines read so far");
    await press("Resume");
    expect.verifySteps(["preview undefined", "import from 0", "import from 2000", "import from 2000"]);
    expect(counts()).toEqual(["2", "0", "0", "0"]);
});

test("after a fault no batch is imported twice", async () => {
    const fault = { ids: false, messages: [{ type: "error", message: "The database is full" }], nextrow: 0, name: [] };
    onPreview(true, 6001);
    onImport(batch(2000), fault, batch(4000), batch(0));
    await loadFile();
    await press("Import");
    expect(".o_import_data_content .alert-danger").toHaveText("The database is full");
    await press("Resume");
    expect.verifySteps([
        "preview undefined", "import from 0", "import from 2000", "import from 2000", "import from 4000",
    ]);
    expect(`${SUMMARY} h4`).toHaveText("6,000 lines read");
});
