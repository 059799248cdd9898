import { Component, xml } from "@odoo/owl";
import { beforeEach, expect, test } from "@odoo/hoot";
import {
    click,
    manuallyDispatchProgrammaticEvent,
    queryAllAttributes,
    queryAllProperties,
    queryAllTexts,
    queryOne,
    queryText,
    select,
} from "@odoo/hoot-dom";
import { advanceTime, animationFrame, Deferred, mockDate } from "@odoo/hoot-mock";

import { waitUntilSubscribe } from "@bus/../tests/bus_test_helpers";
import {
    contains,
    getService,
    makeServerError,
    MockServer,
    mountWebClient,
    onRpc,
    useTestClientAction,
} from "@web/../tests/web_test_helpers";
import { browser } from "@web/core/browser/browser";
import { router } from "@web/core/browser/router";
import { registry } from "@web/core/registry";
import { defineAutoLeadModels } from "../auto_lead_test_helpers";
import { makeChart, makeData, makeFigure, makeTile, onFigures } from "./today_test_helpers";

const LEDGER_CHANNEL = "auto_lead_mgmt.ledger";
const MINUTE = 60000;

defineAutoLeadModels();

beforeEach(() => {
    browser.sessionStorage.clear();
    mockDate("2026-03-03 10:00:00", 0);
});

/**
 * Open the page as the menu does.
 *
 * @param {Object} address the parameters of the address under which it is opened
 */
async function openPage(address = {}) {
    await mountWebClient();
    router.pushState(address, { sync: true });
    await getService("action").doAction({ type: "ir.actions.client", tag: "auto_lead_today" });
    await animationFrame();
}

/** Type a day into one of the two fields of the range, or empty it. */
async function typeDay(name, day) {
    const input = queryOne(`.o_auto_filters input[name=${name}]`);
    input.value = day;
    await manuallyDispatchProgrammaticEvent(input, "change");
    await animationFrame();
}

const choosePeriod = (name) => contains(`.o_auto_filters [data-period=${name}]`).click();

test("today is asked for once, and shown with its sections", async () => {
    onFigures();
    await openPage();
    expect.verifySteps(["today - - - -"]);
    expect(queryAllTexts(".o_auto_value")).toEqual(["5", "3"]);
    expect(queryAllTexts(".o_auto_rate_value")).toEqual(["75.0 %", "–"]);
    expect(".o_auto_consultants tbody tr").toHaveCount(3);
    expect(".o_auto_charts section").toHaveCount(8);
    expect(queryText(".o_auto_period strong")).toBe("03/03/2026");
    expect(".o_auto_as_of").toHaveText("as of 10:00");
    expect(".o_auto_empty").toHaveCount(0);
});

test("the page has one main part, which is the web client's", async () => {
    onFigures();
    await openPage();
    expect.verifySteps(["today - - - -"]);
    expect("main").toHaveCount(1);
    expect("main main").toHaveCount(0);
});

test("the address says what to show, and follows what is chosen", async () => {
    onFigures();
    onRpc("auto.lead.dashboard", "get_filters", () => ({
        teams: [{ id: 4, name: "Showroom" }, { id: 6, name: "Fleet" }],
        users: [{ id: 7, name: "周", team_ids: [4] }, { id: 5, name: "陈", team_ids: [6] }],
    }));
    await openPage({ period: "this_month", team: 4, user: 7 });
    expect.verifySteps(["this_month - 4 7 -"]);
    expect(".btn.active").toHaveText("This month");
    expect(queryAllTexts("select[name=user] option")).toEqual(["All consultants", "周"]);

    await click("select[name=team]");
    await select("6");
    await animationFrame();
    await click("select[name=by]");
    await select("order");
    await animationFrame();
    expect.verifySteps(["this_month - 6 - -", "this_month - 6 - true"]);
    expect(router.current).toInclude(["team", 6]);
    expect(router.current).toInclude(["by", "order"]);
    expect("user" in router.current).toBe(false);
});

test("a team and a consultant that are no more can be seen, and left", async () => {
    onFigures();
    await openPage({ team: 40, user: 70 });
    expect(queryAllTexts("select[name=team] option")).toEqual(["All teams", "Team no. 40"]);
    expect(queryAllTexts("select[name=user] option")).toEqual(["All consultants", "Consultant no. 70"]);
    await click("select[name=team]");
    await select("0");
    await animationFrame();
    expect.verifySteps(["today - 40 70 -", "today - - - -"]);
});

test("a name in the table narrows the page to that consultant", async () => {
    onFigures();
    await openPage();
    await contains("[data-consultant='5'] th button").click();
    expect.verifySteps(["today - - - -", "today - - 5 -"]);
    expect(queryAllProperties("select[name=user]", "value")).toEqual(["5"]);
});

test("a range starts with the days that are shown", async () => {
    onFigures();
    await openPage();
    await choosePeriod("range");
    expect(queryAllProperties(".o_auto_filters input", "value")).toEqual(["2026-03-03", "2026-03-03"]);
    await typeDay("from", "2026-03-01");
    expect.verifySteps(["today - - - -", "2026-03-03 2026-03-03 - - -", "2026-03-01 2026-03-03 - - -"]);
    expect(router.current).toInclude(["from", "2026-03-01"]);
});

test("a range of which a day is missing keeps the last figures and asks nothing", async () => {
    onFigures();
    await openPage();
    await choosePeriod("range");
    expect.verifySteps(["today - - - -", "2026-03-03 2026-03-03 - - -"]);
    await typeDay("from", "");
    await advanceTime(6 * MINUTE);
    expect.verifySteps([]);
    expect(queryAllTexts(".o_auto_value")).toEqual(["5", "3"]);
    expect(".o_auto_as_of").toHaveText("as of 10:00");
    expect(router.current).toInclude(["from", "2026-03-03"]);
    await typeDay("from", "2026-03-02");
    expect.verifySteps(["2026-03-02 2026-03-03 - - -"]);
    await advanceTime(5 * MINUTE);
    expect.verifySteps(["2026-03-02 2026-03-03 - - -"]);
});

test("a range whose last day is before its first asks nothing", async () => {
    onFigures();
    await openPage({ period: "range", from: "2026-03-01", to: "2026-03-02" });
    await typeDay("from", "2026-03-05");
    await advanceTime(6 * MINUTE);
    expect.verifySteps(["2026-03-01 2026-03-02 - - -"]);
    expect(".o_auto_value").toHaveCount(2);
});

test("who comes back to a range of which a day was missing sees the last one that was whole", async () => {
    onFigures();
    await openPage({ period: "range", from: "2026-03-01", to: "2026-03-02" });
    await typeDay("from", "");
    await getService("action").doAction({ ...useTestClientAction(), target: "current" });
    await animationFrame();
    expect.verifySteps(["2026-03-01 2026-03-02 - - -"]);
    expect(".test_client_action").toHaveCount(1);
    await getService("action").restore();
    await animationFrame();
    expect.verifySteps(["2026-03-01 2026-03-02 - - -"]);
    expect(queryAllProperties(".o_auto_filters input", "value")).toEqual(["2026-03-01", "2026-03-02"]);
});

test("the figures are read again after a while, without a word", async () => {
    let count = 0;
    onFigures(() => makeData({ tiles: [makeTile("won", ++count)] }));
    await openPage();
    expect(".o_auto_value").toHaveText("1");
    await advanceTime(5 * MINUTE);
    await animationFrame();
    expect(".o_auto_value").toHaveText("2");
    expect.verifySteps(["today - - - -", "today - - - -"]);
    expect(".o_auto_as_of").toHaveText("as of 10:05");
});

test("several notices of the server are one question", async () => {
    onFigures();
    await openPage();
    await waitUntilSubscribe();
    expect.verifySteps(["today - - - -"]);
    const notify = () =>
        MockServer.env["bus.bus"]._sendone(LEDGER_CHANNEL, `${LEDGER_CHANNEL}/updated`, {});
    await advanceTime(MINUTE);
    notify();
    notify();
    await animationFrame();
    expect.verifySteps([]);
    await advanceTime(4000);
    expect.verifySteps(["today - - - -"]);
    // the next one waits until the page has had a rest
    notify();
    await advanceTime(10000);
    expect.verifySteps([]);
    await advanceTime(5000);
    expect.verifySteps(["today - - - -"]);
});

test("a page that is left asks nothing any more", async () => {
    onFigures();
    await openPage();
    expect.verifySteps(["today - - - -"]);
    await getService("action").doAction(useTestClientAction());
    await animationFrame();
    await advanceTime(6 * MINUTE);
    expect.verifySteps([]);
});

test("a question that fails in silence spoils nothing", async () => {
    let fails = false;
    onFigures(() => {
        if (fails) {
            throw makeServerError({ message: "No" });
        }
        return makeData();
    });
    await openPage();
    fails = true;
    await advanceTime(5 * MINUTE);
    await animationFrame();
    expect(".o_auto_error").toHaveCount(0);
    expect(".o_auto_value").toHaveCount(2);
    expect(".o_auto_as_of").toHaveText("as of 10:00, the server does not answer");
    fails = false;
    await advanceTime(5 * MINUTE);
    await animationFrame();
    expect(".o_auto_as_of").toHaveText("as of 10:10");
    expect.verifySteps(["today - - - -", "today - - - -", "today - - - -"]);
});

test("what the server refuses is told, and can be tried again", async () => {
    let fails = true;
    onFigures(() => {
        if (fails) {
            throw makeServerError({ message: "The last day is before the first." });
        }
        return makeData();
    });
    await openPage();
    expect(".o_auto_error p").toHaveText("The last day is before the first.");
    expect(".o_auto_figures").toHaveCount(0);
    fails = false;
    await contains(".o_auto_error button").click();
    expect(".o_auto_error").toHaveCount(0);
    expect(".o_auto_value").toHaveCount(2);
    expect.verifySteps(["today - - - -", "today - - - -"]);
});

test("the last question counts, whichever is answered first", async () => {
    const slow = new Deferred();
    let count = 0;
    onFigures(async () => {
        const mine = ++count;
        if (mine === 1) {
            await slow;
        }
        return makeData({ tiles: [makeTile("won", mine)] });
    });
    await openPage();
    expect(".o_auto_loading").toHaveCount(1);
    await choosePeriod("this_week");
    expect(".o_auto_value").toHaveText("2");
    slow.resolve();
    await animationFrame();
    expect(".o_auto_value").toHaveText("2");
    expect.verifySteps(["today - - - -", "this_week - - - -"]);
});

test("a day on which nothing happened offers to register a customer", async () => {
    onFigures(() => makeData({ tiles: [makeTile("won", 0, { beside: [makeFigure("cancelled", 0)] })] }));
    await openPage();
    expect(".o_auto_empty button").toHaveText("Register a customer");
    expect.verifySteps(["today - - - -"]);
});

test("the focus points can be counted by the first one only", async () => {
    const data = makeData();
    data.charts.focus.primary_rows = [makeFigure("focus.first", 1, { label: "Space" })];
    onFigures(() => data);
    await openPage();
    expect(queryAllProperties("[data-chart=focus] tbody th", "textContent")).toEqual(["Price"]);
    expect("[data-chart=focus] small").toHaveText("Counted under each.");
    await contains("[data-chart=focus] input[name=primary]").click();
    expect(queryAllProperties("[data-chart=focus] tbody th", "textContent")).toEqual(["Space"]);
    expect("[data-chart=focus] small").toHaveCount(0);
    expect.verifySteps(["today - - - -"]);
});

test("the charts stand in the order in which they come: days, funnel, groups", async () => {
    const data = makeData();
    data.charts = { ...data.charts, discounts: makeChart("Discounts", [["王先生", 2]]) };
    onFigures(() => data);
    await openPage();
    expect(queryAllAttributes(".o_auto_charts section", "data-chart")).toEqual([
        "line", "funnel", "industry", "focus", "lost_reason", "competitor", "source", "channel", "discounts",
    ]);
    expect(queryAllProperties("[data-chart=discounts] tbody th", "textContent")).toEqual(["王先生"]);
    expect.verifySteps(["today - - - -"]);
});

test("an addon draws a type of chart of its own", async () => {
    class Gauge extends Component {
        static template = xml`<button class="gauge" t-on-click="() => props.open(figure)" t-out="figure.value"/>`;
        static props = ["*"];

        get figure() {
            return this.props.chart.rows[0];
        }
    }
    const types = registry.category("auto_lead.today_charts");
    types.add("gauge", Gauge);
    const data = makeData();
    data.charts.speed = makeChart("Speed", [["王先生", 2]], "gauge");
    onFigures(() => data);
    await openPage();
    types.remove("gauge");
    expect("[data-chart=speed] .gauge").toHaveText("2");
    expect("[data-chart=speed] canvas").toHaveCount(0);
    expect.verifySteps(["today - - - -"]);
});

test("a chart of a type that nobody draws says so, and the page goes on", async () => {
    const data = makeData();
    data.charts.speed = makeChart("Speed", [["王先生", 2]], "gauge");
    onFigures(() => data);
    await openPage();
    expect("[data-chart=speed] .o_auto_unknown").toHaveText("Charts of this type are not known here: gauge");
    expect(".o_auto_value").toHaveCount(2);
    expect.verifySteps(["today - - - -"]);
});
