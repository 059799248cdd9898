import { beforeEach, describe, expect, test } from "@odoo/hoot";

import { allowTranslations, patchWithCleanup } from "@web/../tests/web_test_helpers";
import { browser } from "@web/core/browser/browser";
import { user } from "@web/core/user";
import {
    enterCompanies,
    knownPeriods,
    namesPeriod,
    readAddress,
    readState,
    rememberCompanies,
    toArguments,
    writeAddress,
} from "@auto_lead_mgmt/today/today_address";

describe.current.tags("headless");

const TODAY = { period: "today", from: "", to: "", team: 0, user: 0, by: "" };
const RANGE = { ...TODAY, period: "range", from: "2026-03-01", to: "2026-03-31" };

/** Make the user one of the companies 1, 2 and 3, with the given ones chosen. */
function chooseCompanies(...ids) {
    patchWithCleanup(user, {
        get allowedCompanies() {
            return [1, 2, 3].map((id) => ({ id }));
        },
        get activeCompanies() {
            return ids.map((id) => ({ id }));
        },
        activateCompanies(chosen, { reload }) {
            expect.step(`${chosen.join(", ")}${reload ? ", reload" : ""}`);
        },
    });
}

beforeEach(() => {
    allowTranslations();
    browser.sessionStorage.clear();
});

describe("reading", () => {
    test("an address that says nothing shows today", () => {
        expect(readAddress({})).toEqual(TODAY);
    });

    test("each known period is taken, any other is today", () => {
        for (const { name } of knownPeriods().filter((period) => period.name !== "range")) {
            expect(readAddress({ period: name }).period).toBe(name);
        }
        expect(readAddress({ period: "next_year" })).toEqual(TODAY);
    });

    test("a range is taken with both days", () => {
        expect(readAddress({ period: "range", from: "2026-03-01", to: "2026-03-31" })).toEqual(RANGE);
    });

    test("a range without one of its days is today", () => {
        expect(readAddress({ period: "range", from: "2026-03-01" })).toEqual(TODAY);
        expect(readAddress({ period: "range", to: "2026-03-31" })).toEqual(TODAY);
        expect(readAddress({ period: "range", from: "yesterday", to: "2026-03-31" })).toEqual(TODAY);
        expect(readAddress({ period: "range", from: 20260301, to: 20260331 })).toEqual(TODAY);
    });

    test("days count only with a range", () => {
        expect(readAddress({ period: "today", from: "2026-03-01", to: "2026-03-31" })).toEqual(TODAY);
    });

    test("team, consultant and kind of day", () => {
        expect(readAddress({ team: 4, user: 9, by: "order" })).toEqual({ ...TODAY, team: 4, user: 9, by: "order" });
        expect(readAddress({ team: "four", user: true, by: "delivery" })).toEqual(TODAY);
    });

    test("what the page kept when it was left is completed", () => {
        expect(readState({ period: "this_week", team: 4 })).toEqual({ ...TODAY, period: "this_week", team: 4 });
    });
});

describe("writing", () => {
    test("only what differs from nothing is written", () => {
        chooseCompanies(1);
        expect(writeAddress(TODAY)).toEqual({
            companies: "1", period: "today", from: undefined, to: undefined, team: undefined, user: undefined,
            by: undefined,
        });
    });

    test("what is written is read as the same", () => {
        chooseCompanies(1);
        for (const filters of [
            TODAY,
            RANGE,
            { ...TODAY, period: "last_month", team: 4, user: 9, by: "order" },
        ]) {
            expect(readAddress(writeAddress(filters))).toEqual(filters);
        }
    });

    test("days are written only with a range", () => {
        chooseCompanies(1);
        const address = writeAddress({ ...RANGE, period: "this_week" });
        expect([address.from, address.to]).toEqual([undefined, undefined]);
    });

    test("who has one company does not read its number in the address", () => {
        patchWithCleanup(user, {
            get allowedCompanies() {
                return [{ id: 1 }];
            },
        });
        expect(writeAddress(TODAY).companies).toBe(undefined);
    });
});

describe("asking", () => {
    test("a named period is asked for by its name", () => {
        expect(toArguments(TODAY)).toEqual(["today", false, false, false, false]);
    });

    test("a range is asked for by its days", () => {
        expect(toArguments({ ...RANGE, team: 4, user: 9, by: "order" })).toEqual([
            "2026-03-01", "2026-03-31", 4, 9, true,
        ]);
    });

    test("a range needs both days, in their order", () => {
        expect(namesPeriod(TODAY)).toBe(true);
        expect(namesPeriod(RANGE)).toBe(true);
        expect(namesPeriod({ ...RANGE, to: RANGE.from })).toBe(true);
        expect(namesPeriod({ ...RANGE, from: "" })).toBe(false);
        expect(namesPeriod({ ...RANGE, to: "" })).toBe(false);
        expect(namesPeriod({ ...RANGE, from: RANGE.to, to: RANGE.from })).toBe(false);
    });
});

describe("companies", () => {
    test("an address without companies changes none", () => {
        chooseCompanies(1);
        expect(enterCompanies({})).toEqual({ reloads: false, notice: null });
        expect.verifySteps([]);
    });

    test("a bookmark shows the companies for which it was made", () => {
        chooseCompanies(1);
        expect(enterCompanies({ companies: "1-2" })).toEqual({ reloads: true, notice: null });
        expect.verifySteps(["1, 2, reload"]);
    });

    test("one company is a number in the address", () => {
        chooseCompanies(1);
        expect(enterCompanies({ companies: 2 }).reloads).toBe(true);
        expect.verifySteps(["2, reload"]);
    });

    test("the companies that are shown are not loaded again, whatever their order", () => {
        chooseCompanies(1, 2);
        expect(enterCompanies({ companies: "2-1" }).reloads).toBe(false);
        expect.verifySteps([]);
    });

    test("the menu of companies wins over the address of this tab's own page", () => {
        chooseCompanies(1, 2);
        rememberCompanies();
        chooseCompanies(3);
        expect(enterCompanies({ companies: "1-2" }).reloads).toBe(false);
        expect.verifySteps([]);
    });

    test("a company of other people is left out, and the user is told", () => {
        chooseCompanies(1);
        const { reloads, notice } = enterCompanies({ companies: "2-99" });
        expect(reloads).toBe(true);
        expect(String(notice)).toMatch("companies that are not yours");
        expect.verifySteps(["2, reload"]);
    });

    test("an address of other people's companies only changes none, and the user is told", () => {
        chooseCompanies(1);
        const { reloads, notice } = enterCompanies({ companies: "98-99" });
        expect(reloads).toBe(false);
        expect(String(notice)).toMatch("companies that are not yours");
        expect.verifySteps([]);
    });
});
