import { expect, test } from "@odoo/hoot";
import { click, queryAllTexts } from "@odoo/hoot-dom";

import { mountWithCleanup } from "@web/../tests/web_test_helpers";
import { TodayConsultants } from "@auto_lead_mgmt/today/today_consultants";
import { defineAutoLeadModels } from "../auto_lead_test_helpers";
import { makeConsultants, makeFigure } from "./today_test_helpers";

defineAutoLeadModels();

const mountTable = (consultants = makeConsultants()) =>
    mountWithCleanup(TodayConsultants, {
        props: {
            consultants,
            open: (figure, label) => expect.step(`${figure.key}: ${label}`),
            narrow: (id) => expect.step(`only ${id}`),
        },
    });

test("the rows stand in the order of the server, also what nobody has", async () => {
    await mountTable();
    expect(queryAllTexts("tbody th")).toEqual(["周", "陈", "Nobody"]);
    expect(queryAllTexts("thead th")).toEqual(["Consultant", "Won", "Success"]);
    expect(queryAllTexts("[data-figure^='won.']")).toEqual(["3", "1", "0"]);
});

test("a rate shows its two numbers, and a dash where nothing was decided", async () => {
    await mountTable();
    expect(queryAllTexts("[data-rate]")).toEqual(["75.0 %", "25.0 %", "–"]);
    expect("[data-consultant='7'] td:eq(1) .small").toHaveText("3 / 4");
});

test("each number opens its own records", async () => {
    await mountTable();
    await click("[data-consultant='7'] [data-figure='won.7']");
    await click("[data-consultant='5'] [data-figure='rate.5.denominator']");
    expect.verifySteps(["won.7: 周: Won", "rate.5.denominator: 陈: Decided"]);
});

test("a name narrows the page to that consultant, what nobody has cannot", async () => {
    await mountTable();
    await click("[data-consultant='5'] th button");
    expect.verifySteps(["only 5"]);
    expect("[data-consultant='0'] th button").toHaveCount(0);
});

test("places, and what is reached of a target, stand beside the names", async () => {
    const consultants = makeConsultants();
    const [first, second, nobody] = consultants.rows;
    consultants.columns.push({ name: "target", label: "Of target", formula: "How it is counted." });
    first.rank = 1;
    second.rank = 2;
    first.cells.target = {
        key: "t", unit: "percent", value: 1.5, actual: makeFigure("t.actual", 3), target: makeFigure("t.target", 2),
    };
    second.cells.target = nobody.cells.target = null;
    await mountTable(consultants);
    expect(queryAllTexts("thead th").slice(0, 2)).toEqual(["Consultant", "Rank"]);
    expect(queryAllTexts("tbody tr td:nth-child(2)")).toEqual(["1", "2", ""]);
    expect("[data-consultant='7'] td:last").toHaveText("150.0 %\n3 / 2");
    await click("[data-figure='t.target']");
    expect.verifySteps(["t.target: 周: t.target"]);
});

test("without anybody there is no table", async () => {
    await mountTable({ ...makeConsultants(), rows: [] });
    expect("table").toHaveCount(0);
    expect("section p").toHaveText("Nothing in this period.");
});
