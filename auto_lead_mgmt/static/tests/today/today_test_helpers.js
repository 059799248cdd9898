import { expect } from "@odoo/hoot";

import { onRpc } from "@web/../tests/web_test_helpers";

const LEDGER = "auto.lead.event";

/** Return a figure as the server gives it. */
export function makeFigure(key, value, values = {}) {
    return {
        key,
        label: key,
        value,
        unit: "count",
        formula: `How ${key} is counted.`,
        model: LEDGER,
        domain: [["kind", "=", key]],
        ...values,
    };
}

export function makeTile(key, value, values = {}) {
    const day = (place) => `2026-03-0${place + 1}`;
    return makeFigure(key, value, {
        previous: makeFigure(`${key}.previous`, 2, { label: key }),
        trend: [1, 0, 4].map((count, place) =>
            makeFigure(`${key}.day${place}`, count, { label: key, day: day(place) })
        ),
        beside: [],
        ...values,
    });
}

export function makeRate(key, value, numerator, denominator) {
    return makeFigure(key, value, {
        unit: "percent",
        numerator: makeFigure(`${key}.numerator`, numerator, { label: "Won" }),
        denominator: makeFigure(`${key}.denominator`, denominator, { label: "Decided" }),
    });
}

export function makeChart(label, rows = [], type = "bar") {
    return {
        label,
        type,
        formula: `How ${label} is counted.`,
        rows: rows.map(([name, value]) => makeFigure(`${label}.${name}`, value, { label: name })),
    };
}

/** Two consultants, and what nobody has. */
export function makeConsultants() {
    const row = (user_id, label, won, rate) => ({
        user_id,
        label,
        cells: {
            won: makeFigure(`won.${user_id}`, won),
            rate: makeRate(`rate.${user_id}`, rate, won, 4),
        },
    });
    return {
        label: "Consultants",
        columns: [
            { name: "won", label: "Won", formula: "Purchases." },
            { name: "rate", label: "Success", formula: "Won of all decided." },
        ],
        rows: [row(7, "周", 3, 0.75), row(5, "陈", 1, 0.25), row(false, "Nobody", 0, null)],
    };
}

/** Return what the server answers for one day of one company. */
export function makeData(values = {}) {
    return {
        period: {
            date_from: "2026-03-03",
            date_to: "2026-03-03",
            companies: [{
                id: 1, name: "Hermit", date_from: "2026-03-03", date_to: "2026-03-03",
                previous_from: "2026-03-02", previous_to: "2026-03-02",
            }],
        },
        tiles: [makeTile("inquiry", 5), makeTile("won", 3)],
        charts: {
            line: {
                label: "Day by day",
                type: "line",
                formula: "Each day.",
                series: ["inquiry", "won"].map((name) => ({
                    name,
                    label: name,
                    rows: [1, 2].map((value, place) =>
                        makeFigure(`line.${name}.${place}`, value, { label: name, day: `2026-03-0${place + 2}` })
                    ),
                })),
            },
            industry: makeChart("Industries", [["Taxi", 2]]),
            focus: { ...makeChart("Focus points", [["Price", 3]]), primary_rows: [], note: "Counted under each." },
            lost_reason: makeChart("Reasons", [["Price", 1]], "doughnut"),
            competitor: makeChart("Competitors", [], "doughnut"),
            source: makeChart("Sources"),
            channel: makeChart("Channels"),
        },
        funnel: { label: "Funnel", formula: "Step by step.", steps: [makeFigure("step", 4)] },
        rates: [makeRate("success", 0.75, 3, 4), makeRate("return", null, 0, 0)],
        consultants: makeConsultants(),
        ...values,
    };
}

/**
 * Answer the page's questions. Each is a step that says what is asked for, an argument that is left out as a dash.
 *
 * @param {Function} answer returns the figures
 */
export function onFigures(answer = makeData) {
    onRpc("auto.lead.dashboard", "get_data", ({ args }) => {
        expect.step(args.map((argument) => argument || "-").join(" "));
        return answer();
    });
}
