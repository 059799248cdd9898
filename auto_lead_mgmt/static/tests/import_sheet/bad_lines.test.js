import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";

import { contains, defineModels, onRpc, patchWithCleanup } from "@web/../tests/web_test_helpers";
import { downloadFile } from "@web/core/network/download";
import { defineAutoLeadModels } from "../auto_lead_test_helpers";
import {
    CrmLead,
    loadFile,
    makeAnswer,
    makeBad,
    makeRefusal,
    onImport,
    onPreview,
    press,
} from "./import_sheet_test_helpers";

describe.current.tags("desktop");
defineAutoLeadModels();
defineModels([CrmLead]);

const REPORT = ".o_auto_bad_lines";

test("lines are counted, cells are listed, and Odoo's boxes say none of it again", async () => {
    const [first, second] = makeBad(2);
    const bad = [first, { ...first, column: false, reason: "No day" }, second];
    onPreview();
    onImport(makeRefusal(bad));
    await loadFile();
    await press("Test");
    expect.verifySteps(["preview undefined", "test from 0"]);
    expect(`${REPORT} h4`).toHaveText("2 of 50 lines cannot be read");
    expect(queryAllTexts(`${REPORT} tbody tr`)).toEqual(["2 Phone Reason 0", "2 No day", "3 Phone Reason 1"]);
    expect(".o_import_data_content .alert").toHaveCount(0);
    expect(".o_auto_more").toHaveCount(0);
});

test("of many, a hundred are listed", async () => {
    onPreview(true, 5001);
    onImport(makeRefusal(makeBad(1234)));
    await loadFile();
    await press("Test");
    expect.verifySteps(["preview undefined", "test from 0"]);
    expect(`${REPORT} h4`).toHaveText("1,234 of 5,000 lines cannot be read");
    expect(`${REPORT} tbody tr`).toHaveCount(100);
    expect(".o_auto_more").toHaveText("… and 1,134 more are in the file");
});

test("what is wrong with the whole sheet, Odoo says", async () => {
    onPreview();
    onImport(makeRefusal(makeBad(1), [
        { type: "error", message: "The sheet is too long" },
    ]));
    await loadFile();
    await press("Import");
    expect.verifySteps(["preview undefined", "import from 0"]);
    expect(".o_import_data_content .alert-danger").toHaveText("The sheet is too long");
    expect(REPORT).toHaveCount(1);
});

test("the other lines are imported, the bad ones stay in the report", async () => {
    onPreview();
    const summary = { read: 50, new: [1], repeats: [], known: [], skipped: 5 };
    onImport(makeRefusal(makeBad(5)), makeAnswer({ auto_bad: makeBad(5), auto_summary: summary }));
    await loadFile();
    await press("Test");
    expect(".o_auto_import_others").toHaveText("Import the other 45 lines");
    await contains(".o_auto_import_others").click();
    await animationFrame();
    expect.verifySteps(["preview undefined", "test from 0", "import from 0 good lines"]);
    expect(".o_auto_sheet_summary [data-kind=left_out] .o_auto_count").toHaveText("5");
    expect(`${REPORT} tbody tr`).toHaveCount(5);
    expect(".o_auto_import_others").toHaveCount(0);
});

test("when that fails, the next import is of all lines", async () => {
    onPreview();
    onImport(makeRefusal(makeBad(5)), new Error("lost"), makeRefusal(makeBad(5)));
    await loadFile();
    await press("Test");
    await contains(".o_auto_import_others").click();
    await animationFrame();
    expect(".o_import_data_content .alert-danger").toHaveCount(1);
    await press("Import");
    expect.verifySteps([
        "preview undefined", "test from 0", "import from 0 good lines", "import from 0",
    ]);
});

test("a batch may be refused later, and goes on without its bad lines", async () => {
    const [first, second] = makeBad(2);
    const summary = { read: 2000, new: [], repeats: [], known: [], skipped: 1 };
    const refused = [{ ...first, line: 3000 }, { ...first, line: 3001 }];
    onPreview(true, 6001);
    onImport(
        makeRefusal([first]),
        makeAnswer({ nextrow: 2000, auto_bad: [first], auto_summary: summary }),
        new Error("lost"),
        makeRefusal(refused),
        makeAnswer({ nextrow: 4000, auto_bad: refused, auto_summary: { ...summary, skipped: 2 } }),
        makeAnswer({ auto_bad: [{ ...second, line: 5000 }], auto_summary: { ...summary, skipped: 2 } })
    );
    await loadFile();
    await press("Import");
    await contains(".o_auto_import_others").click();
    await animationFrame();
    await press("Test");
    expect(".o_auto_import_others").toHaveText("Import the other 3,998 lines");
    expect(`${REPORT} h4`).toHaveText("3 of 6,000 lines cannot be read");
    expect(".o_auto_sheet_summary [data-kind=left_out] .o_auto_count").toHaveText("1");
    await contains(".o_auto_import_others").click();
    await animationFrame();
    expect.verifySteps([
        "preview undefined",
        "import from 0",
        "import from 0 good lines",
        "import from 2000 good lines",
        "test from 2000 good lines",
        "import from 2000 good lines",
        "import from 4000 good lines",
    ]);
    expect(`${REPORT} h4`).toHaveText("4 of 6,000 lines cannot be read");
    expect(".o_auto_sheet_summary [data-kind=left_out] .o_auto_count").toHaveText("5");
    expect(".o_auto_import_others").toHaveCount(0);
});

test("without a good line there is nothing to import", async () => {
    onPreview(true, 6);
    onImport(makeRefusal(makeBad(5)));
    await loadFile();
    await press("Test");
    expect.verifySteps(["preview undefined", "test from 0"]);
    expect(REPORT).toHaveCount(1);
    expect(".o_auto_import_others").toHaveCount(0);
});

test("the bad lines are saved, each with all its reasons", async () => {
    const [first, second] = makeBad(2);
    onPreview();
    onImport(makeRefusal([first, { ...first, column: false, reason: "No day" }, second]));
    onRpc("base_import.import", "auto_bad_lines", ({ args: [id, options, reasons] }) => {
        expect.step([id, options.auto_registrations, JSON.stringify(reasons)].join(" "));
        return { name: "bad.xlsx", content: "c2hlZXQ=" };
    });
    patchWithCleanup(downloadFile, {
        _download: (data, name) => expect.step(`${name} ${data}`),
    });
    await loadFile();
    await press("Test");
    await contains(".o_auto_download_bad").click();
    await animationFrame();
    expect.verifySteps([
        "preview undefined",
        "test from 0",
        '11 true [[2,"Phone: Reason 0"],[2,"No day"],[3,"Phone: Reason 1"]]',
        "bad.xlsx data:application/octet-stream;base64,c2hlZXQ=",
    ]);
});

test("another reading of the sheet forgets them", async () => {
    onPreview();
    onImport(makeRefusal(makeBad(5)), makeRefusal(makeBad(5)), makeAnswer());
    await loadFile();
    await press("Test");
    await contains(".o_import_data_sidepanel input[type=checkbox]:first").click();
    await animationFrame();
    expect(REPORT).toHaveCount(0);
    await press("Test");
    expect(REPORT).toHaveCount(1);
    await press("Test");
    expect(REPORT).toHaveCount(0);
    expect.verifySteps(["preview undefined", "test from 0", "preview undefined", "test from 0", "test from 0"]);
});
