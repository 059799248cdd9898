import { beforeEach, describe, expect, test } from "@odoo/hoot";

import { patchWithCleanup } from "@web/../tests/web_test_helpers";
import { localization } from "@web/core/l10n/localization";
import { currencies } from "@web/core/currency";
import { registry } from "@web/core/registry";
import { describePeriods, formatFigure, openFigure } from "@auto_lead_mgmt/today/figures";
import { makeFigure, makeRate } from "./today_test_helpers";

describe.current.tags("headless");

const action = { doAction: (request) => request };

beforeEach(() => {
    patchWithCleanup(localization, {
        dateFormat: "MM/dd/yyyy",
        decimalPoint: ".",
        grouping: [3, 0],
        thousandsSep: ",",
    });
});

test("a figure is written as people read it", () => {
    expect(formatFigure({ value: 1234, unit: "count" })).toBe("1,234");
    expect(formatFigure({ value: 0, unit: "count" })).toBe("0");
    expect(formatFigure({ value: 2.25, unit: "minutes" })).toBe("2.3");
    expect(formatFigure({ value: 0.125, unit: "percent" })).toBe("12.5 %");
    expect(formatFigure({ value: 0, unit: "percent" })).toBe("0.0 %");
});

test("money bears its currency, without zeros behind the point", () => {
    currencies[991] = { symbol: "¥", position: "before", digits: [69, 2] };
    expect(formatFigure({ value: 165000, currency: 991 })).toBe("¥\u00a0165,000");
    expect(formatFigure({ value: 165000.5, currency: 991 })).toBe("¥\u00a0165,000.5");
    delete currencies[991];
});

test("a share of nothing is a dash", () => {
    for (const value of [null, undefined, false]) {
        expect(formatFigure({ value, unit: "percent" })).toBe("–");
    }
});

test("a figure opens exactly its records", () => {
    const request = openFigure(action, makeFigure("won", 3), "王先生");
    expect(request.name).toBe("王先生");
    expect(request.res_model).toBe("auto.lead.event");
    expect(request.domain).toEqual([["kind", "=", "won"]]);
    expect(request.views[0]).toEqual([false, "list"]);
    expect(request.context).toEqual({ active_test: false, auto_kind: "won" });
});

test("a list of several kinds is of none in particular", () => {
    const domain = [["kind", "in", ["won", "lost"]]];
    expect(openFigure(action, makeFigure("both", 3, { domain })).context).toEqual({ active_test: false });
});

test("a rate opens what it is a share of", () => {
    const rate = { ...makeRate("success", 0.5, 1, 2), domain: undefined };
    const request = openFigure(action, rate);
    expect(request.domain).toEqual(rate.numerator.domain);
    expect(request.name).toBe("success");
});

test("an addon says how the records of its model are shown", () => {
    const figure = makeFigure("visits", 2, { model: "auto.visit" });
    expect(openFigure(action, figure).views).toEqual([[false, "list"], [false, "form"]]);
    const openers = registry.category("auto_lead.today_openers");
    openers.add("auto.visit", () => ({ views: [[false, "calendar"]], context: { mode: "week" } }));
    const request = openFigure(action, figure);
    openers.remove("auto.visit");
    expect(request.views).toEqual([[false, "calendar"]]);
    expect(request.res_model).toBe("auto.visit");
    expect(request.domain).toEqual(figure.domain);
    expect(request.context).toEqual({ active_test: false, mode: "week" });
});

test("the action of a figure says how its records are shown, and takes none of them away", async () => {
    const service = {
        ...action,
        loadAction: async (name) => ({
            id: 7, res_model: "auto.lead.event", views: [[3, "list"]], search_view_id: [4, name],
            domain: "[['kind', '=', 'lost']]", context: { search_default_mine: 1, wide: 1 },
        }),
    };
    const figure = makeFigure("won", 3, { action: "probe.action_won" });
    const request = await openFigure(service, figure);
    expect(request.views).toEqual([[3, "list"]]);
    expect(request.search_view_id).toEqual([4, "probe.action_won"]);
    expect(request.domain).toEqual(figure.domain);
    expect(request.context).toEqual({ active_test: false, wide: 1 });
    expect("id" in request).toBe(false);
});

test("one line tells the days of all companies", () => {
    const days = {
        date_from: "2026-03-02", date_to: "2026-03-03", previous_from: "2026-03-01", previous_to: "2026-03-01",
    };
    const companies = [{ id: 1, name: "One", ...days }, { id: 2, name: "Two", ...days }];
    expect(describePeriods({ ...days, companies })).toEqual([
        { id: 0, name: "", span: "03/02/2026 – 03/03/2026", previous: "03/01/2026" },
    ]);
    expect(describePeriods({ date_from: false, date_to: false, companies })).toEqual([
        { id: 1, name: "One", span: "03/02/2026 – 03/03/2026", previous: "03/01/2026" },
        { id: 2, name: "Two", span: "03/02/2026 – 03/03/2026", previous: "03/01/2026" },
    ]);
});
