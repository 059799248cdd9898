import { expect, test } from "@odoo/hoot";
import { click, queryAll, queryAllProperties } from "@odoo/hoot-dom";

import { mountWithCleanup } from "@web/../tests/web_test_helpers";
import { normalizeCSSColor } from "@web/core/utils/colors";
import { TodayChart } from "@auto_lead_mgmt/today/today_chart";
import { defineAutoLeadModels } from "../auto_lead_test_helpers";
import { makeChart, makeData } from "./today_test_helpers";

defineAutoLeadModels();

const COUNTS = [9, 8, 7, 6, 5, 4, 3, 2, 2, 1, 1, 1];

/** Mount a chart of one series, the largest row first. */
async function mountChart(type, counts = COUNTS) {
    const { label, rows } = makeChart("Reasons", counts.map((count, place) => [`no. ${place}`, count]));
    return mountSeries(type, [{ name: "lost_reason", label, rows }]);
}

function mountSeries(type, series) {
    return mountWithCleanup(TodayChart, {
        props: {
            label: "Reasons", type, series, open: (figure, label) => expect.step(`${figure.key}: ${label}`),
        },
    });
}

test("the ten largest rows are bars, all of them are in the table", async () => {
    const { chart } = await mountChart("bar");
    expect(chart.data.datasets[0].data).toEqual(COUNTS.slice(0, 10));
    expect(chart.data.labels[0]).toBe("no. 0");
    expect(chart.config.options.indexAxis).toBe("y");
    expect("tbody tr").toHaveCount(12);
});

test("a ring is the whole: what is not drawn by itself is a slice too", async () => {
    const { chart } = await mountChart("doughnut");
    const [{ data, backgroundColor }] = chart.data.datasets;
    expect(data).toEqual([...COUNTS.slice(0, 10), 2]);
    expect(String(chart.data.labels.at(-1))).toBe("Others");
    expect(new Set(backgroundColor).size).toBe(11);
});

test("the legend of a ring names each slice in its colour, however narrow the page", async () => {
    const { chart } = await mountChart("doughnut");
    expect(chart.config.options.plugins.legend.display).toBe(false);
    const names = queryAllProperties(".o_auto_legend li", "textContent").map((name) => name.trim());
    expect(names).toEqual(chart.data.labels.map(String));
    const colors = queryAll(".o_auto_legend span").map((mark) => mark.style.backgroundColor);
    expect(colors.map(normalizeCSSColor)).toEqual(chart.data.datasets[0].backgroundColor.map(normalizeCSSColor));
});

test("bars need no legend", async () => {
    await mountChart("bar");
    expect(".o_auto_legend").toHaveCount(0);
});

test("a slice opens its records, the rest of the ring opens nothing", async () => {
    const { chart } = await mountChart("doughnut");
    chart.config.options.onClick({}, [{ datasetIndex: 0, index: 1 }]);
    expect.verifySteps(["Reasons.no. 1: Reasons: no. 1"]);
    chart.config.options.onClick({}, [{ datasetIndex: 0, index: 10 }]);
    chart.config.options.onClick({}, []);
    expect.verifySteps([]);
});

test("lines show each day of each series", async () => {
    const { chart } = await mountSeries("line", makeData().charts.line.series);
    expect(chart.data.labels).toEqual(["03/02/2026", "03/03/2026"]);
    expect(chart.data.datasets.map((dataset) => dataset.label)).toEqual(["inquiry", "won"]);
    expect(chart.data.datasets[0].borderColor).not.toBe(chart.data.datasets[1].borderColor);
    expect(queryAllProperties("thead th", "textContent")).toEqual(["", "inquiry", "won"]);
});

test("the table opens the same records", async () => {
    await mountChart("bar", [3]);
    await click("summary");
    await click("details td button");
    expect.verifySteps(["Reasons.no. 0: Reasons: no. 0"]);
});

test("a chart of nothing says so", async () => {
    const component = await mountChart("bar", [0, 0]);
    expect(component.chart).toBe(null);
    expect("canvas").toHaveCount(0);
    expect("p").toHaveText("Nothing in this period.");
});
