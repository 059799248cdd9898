import { expect, test } from "@odoo/hoot";
import { click, press, queryAll, queryAllAttributes, queryAllTexts, queryAttribute, queryOne } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";

import { mountWithCleanup } from "@web/../tests/web_test_helpers";
import { formatDifference } from "@auto_lead_mgmt/today/figures";
import { TodayTile } from "@auto_lead_mgmt/today/today_tile";
import { defineAutoLeadModels } from "../auto_lead_test_helpers";
import { makeFigure, makeTile } from "./today_test_helpers";

defineAutoLeadModels();

const mountTile = (tile) =>
    mountWithCleanup(TodayTile, {
        props: {
            tile,
            previousPeriod: "03/02/2026",
            open: (figure, label) => expect.step(label ? `${figure.key}: ${label}` : figure.key),
        },
    });

test("the figure, and the one before with the difference", async () => {
    await mountTile(makeTile("won", 5));
    expect(".o_auto_value").toHaveText("5");
    expect(".o_auto_previous .badge").toHaveText("▲ +3");
    expect(".o_auto_previous").toHaveText("▲ +3Before: 2");
    expect(".o_auto_previous").toHaveAttribute("title", "Before: the same of 03/02/2026.");
});

test("fewer than before", async () => {
    await mountTile(makeTile("won", 0));
    expect(".o_auto_value").toHaveText("0");
    expect(".o_auto_previous .badge").toHaveText("▼ −2");
});

test("the colour says whether a difference is good", async () => {
    for (const [value, better, colour] of [
        [5, "more", "o_auto_good"], [0, "more", "o_auto_bad"], [5, "less", "o_auto_bad"], [0, "less", "o_auto_good"],
        [5, null, "text-muted"], [2, "more", "text-muted"],
    ]) {
        expect(formatDifference(makeTile("lost", value, { better })).colour).toBe(colour);
    }
    await mountTile(makeTile("lost", 5, { better: "less" }));
    expect(".o_auto_previous .badge").toHaveClass("o_auto_bad");
});

test("what stands beside with another name is not compared", async () => {
    await mountTile(makeTile("due", 5, { previous: makeFigure("overdue", 2) }));
    expect(".o_auto_previous .badge").toHaveCount(0);
    expect(".o_auto_previous").toHaveText("overdue: 2");
    expect(".o_auto_previous").toHaveAttribute("title", "overdue: of 03/02/2026.");
});

test("a figure of now has none before, and no trend", async () => {
    await mountTile(makeTile("parked", 5, { previous: undefined, trend: [] }));
    expect(".o_auto_value").toHaveText("5");
    expect(".o_auto_previous").toHaveCount(0);
    expect(".o_auto_trend").toHaveCount(0);
});

test("a figure without a value is a dash", async () => {
    await mountTile(makeTile("won", null, { unit: "percent" }));
    expect(".o_auto_value").toHaveText("–");
});

test("each figure opens its own records", async () => {
    const beside = [makeFigure("won_vehicles", 6), makeFigure("cancelled", 0)];
    await mountTile(makeTile("won", 5, { beside }));
    expect(queryAllTexts(".o_auto_beside button")).toEqual(["won_vehicles 6", "cancelled 0"]);
    for (const selector of [".o_auto_value", ".o_auto_previous", "[data-figure=cancelled]"]) {
        await click(selector);
    }
    expect.verifySteps(["won", "won.previous", "cancelled"]);
});

test("the trend: a bar for each day, as high as its share of the largest", async () => {
    await mountTile(makeTile("won", 5));
    const heights = queryAllAttributes(".o_auto_trend span", "style");
    expect(heights).toEqual(["height: 25%", "height: 4%", "height: 100%"]);
    await click(".o_auto_trend button:eq(0)");
    expect.verifySteps(["won.day0: won · 03/01/2026: 1"]);
});

test("a trend of nothing has low bars", async () => {
    const trend = [makeFigure("day", 0, { day: "2026-03-01" })];
    await mountTile(makeTile("won", 0, { trend }));
    expect(queryAttribute(".o_auto_trend span", "style")).toBe("height: 4%");
});

test("the trend is one stop of the tabulator key, the arrow keys go from bar to bar", async () => {
    await mountTile(makeTile("won", 5));
    const bars = queryAll(".o_auto_trend button");
    const stops = () => bars.map((bar) => bar.tabIndex);
    expect(stops()).toEqual([-1, -1, 0]);
    bars[2].focus();
    await press("ArrowLeft");
    expect(bars[1]).toBeFocused();
    expect(stops()).toEqual([-1, 0, -1]);
    await press("Home");
    expect(bars[0]).toBeFocused();
    await press("ArrowLeft");
    expect(bars[0]).toBeFocused();
    await press("End");
    expect(bars[2]).toBeFocused();
});

test("how it is counted is told on a press, with the figures beside it", async () => {
    await mountTile(makeTile("won", 5, { beside: [makeFigure("cancelled", 1, { label: "Cancelled" })] }));
    expect(".o_auto_formula").toHaveCount(0);
    await click(".o_auto_hint");
    await animationFrame();
    expect(".o_auto_hint").toHaveAttribute("aria-expanded", "true");
    expect(queryOne(".o_auto_formula").textContent).toBe(
        "How won is counted.\nBefore: the same of 03/02/2026.\nCancelled: How cancelled is counted."
    );
});
