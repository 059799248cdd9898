import { expect, test } from "@odoo/hoot";
import { click } from "@odoo/hoot-dom";

import { mountWithCleanup } from "@web/../tests/web_test_helpers";
import { TodayTargets } from "@auto_lead_mgmt/today/today_targets";
import { defineAutoLeadModels } from "../auto_lead_test_helpers";
import { makeFigure } from "./today_test_helpers";

defineAutoLeadModels();

const makeRow = (done, values = {}) => ({
    key: "target.orders",
    label: "Orders",
    formula: "How it is counted.",
    unit: "percent",
    actual: makeFigure("target.orders.actual", done),
    target: makeFigure("target.orders.target", 20, { measure: "orders" }),
    value: done / 20,
    expected: 10,
    projection: 2 * done,
    ...values,
});

const mountTargets = (rows, values = {}) =>
    mountWithCleanup(TodayTargets, {
        props: {
            targets: {
                label: "Targets", formula: "How.", month: "2026-11-01", passed: 15, working_days: 30, can_set: false, rows,
                ...values,
            },
            open: (figure) => expect.step(figure.key),
            set: () => expect.step("set"),
        },
    });

test("who is behind is told so in words, with a mark where it should be", async () => {
    await mountTargets([makeRow(7)]);
    expect(".o_auto_bad").toHaveText("▼ 3 behind");
    expect(".o_auto_target_bar span").toHaveAttribute("style", "width: 35%");
    expect(".o_auto_target_bar i").toHaveAttribute("style", "left: 50%");
    await click("[data-figure='target.orders.actual']");
    await click("[data-figure='target.orders.target']");
    expect.verifySteps(["target.orders.actual", "target.orders.target"]);
});

test("more than the target fills the bar", async () => {
    await mountTargets([makeRow(25)]);
    expect(".o_auto_good").toHaveText("▲ 15 ahead");
    expect(".o_auto_target_bar span").toHaveAttribute("style", "width: 100%");
});

test("without working days there is no pace", async () => {
    await mountTargets([makeRow(7, { expected: null, projection: null })]);
    expect(".o_auto_target_bar i").toHaveCount(0);
    expect(".o_auto_bad").toHaveCount(0);
});

test("without targets only who may set them is asked to", async () => {
    await mountTargets([]);
    expect(".o_auto_targets").toHaveCount(0);
    await mountTargets([], { can_set: true });
    await click(".o_auto_targets button:contains(Set targets)");
    expect.verifySteps(["set"]);
});
