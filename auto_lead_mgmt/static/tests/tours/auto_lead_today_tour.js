import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { delay } from "@web/core/utils/concurrency";

const consultantIs = (name) => ({
    content: `the page is narrowed to ${name}`,
    trigger: ".o_auto_filters select[name=user]",
    run() {
        const chosen = this.anchor.selectedOptions[0].textContent;
        if (chosen !== name) {
            throw new Error(`narrowed to ${chosen}`);
        }
    },
});

const addressSays = (key, value) => ({
    content: `the address says ${key}=${value}`,
    trigger: ".o_auto_filters",
    async run() {
        const said = () => new URL(browser.location.href).searchParams.get(key);
        for (let tries = 0; tries < 50 && said() !== value; tries++) {
            await delay(100);
        }
        if (said() !== value) {
            throw new Error(`the address says ${key}=${said()}`);
        }
    },
});

/** On a phone Odoo scrolls the action, else its content. */
const filtersStay = {
    content: "the filters stay while the figures scroll",
    trigger: ".o_auto_figures[aria-busy=false]",
    run() {
        const scrolls = (name) => ["auto", "scroll"].includes(getComputedStyle(document.querySelector(name)).overflowY);
        const scroller = document.querySelector([".o_auto_today", ".o_action"].find(scrolls));
        const top = () => document.querySelector(".o_auto_filters").getBoundingClientRect().top;
        const before = top();
        scroller.scrollTop = 600;
        if (scroller.scrollTop !== 600 || top() > before || top() < scroller.getBoundingClientRect().top) {
            throw new Error(`scrolled by ${scroller.scrollTop}, the filters from ${before} to ${top()}`);
        }
        scroller.scrollTop = 0;
    },
};

registry.category("web_tour.tours").add("auto_lead_today", {
    steps: () => [
        {
            content: "today is shown first",
            trigger: ".o_auto_filters .btn.active[data-period=today]",
        },
        { content: "three were won", trigger: ".o_auto_value[data-figure=won]:contains(3)" },
        {
            content: "show the month",
            trigger: ".o_auto_filters .btn[data-period=this_month]",
            run: "click",
        },
        {
            content: "it is read again",
            trigger: ".btn.active[data-period=this_month], .o_auto_figures[aria-busy=false]",
        },
        addressSays("period", "this_month"),
        filtersStay,
        {
            content: "narrow to one consultant",
            trigger: ".o_auto_filters select[name=user]",
            run: "selectByLabel consultant",
        },
        {
            content: "two are hers: open their list",
            trigger: ".o_auto_figures[aria-busy=false] .o_auto_value[data-figure=won]:contains(2)",
            run: "click",
        },
        {
            content: "both are in the list",
            trigger: ".o_list_view .o_data_row:nth-child(2)",
        },
        {
            content: "and no other",
            trigger: ".o_list_view:not(:has(.o_data_row:nth-child(3)))",
        },
        {
            content: "go back",
            trigger: ".o_breadcrumb .o_back_button, .breadcrumb-item a:contains(Today)",
            run: "click",
        },
        {
            content: "the same period",
            trigger: ".o_auto_filters .btn.active[data-period=this_month]",
        },
        consultantIs("consultant"),
        {
            content: "the same figure",
            trigger: ".o_auto_figures[aria-busy=false] .o_auto_value[data-figure=won]:contains(2)",
        },
        {
            content: "how it is counted is told on a tap",
            trigger: "[data-tile=won] .o_auto_hint",
            run: "click",
        },
        {
            content: "in words",
            trigger: "[data-tile=won] .o_auto_formula:contains(confirmed by a reviewer)",
        },
        {
            content: "a chart has a table: open one of its cells",
            trigger: "[data-chart=industry] summary",
            run: "click",
        },
        {
            content: "the figure of the table",
            trigger: "[data-chart=industry] details[open] td button",
            run: "click",
        },
        { content: "its records", trigger: ".o_list_view .o_data_row" },
    ],
});

registry.category("web_tour.tours").add("auto_lead_today_unknown_team", {
    steps: () => [
        {
            content: "the team of the address is not known",
            trigger: ".o_auto_error",
        },
        {
            content: "it can be seen, and left",
            trigger: ".o_auto_filters select[name=team]:has(option:contains(Team no.))",
            run: "selectByLabel All teams",
        },
        { content: "the figures are there", trigger: ".o_auto_figures[aria-busy=false] .o_auto_value[data-figure=won]" },
        { content: "with the time of reading", trigger: ".o_auto_as_of:contains(as of)" },
        addressSays("team", null),
    ],
});

registry.category("web_tour.tours").add("auto_lead_today_companies", {
    steps: () => [
        {
            content: "both companies of the address are shown, the main one first",
            trigger: ".o_auto_figures[aria-busy=false] .o_auto_value[data-figure=inquiry]",
            run() {
                const names = user.activeCompanies.map((company) => company.name);
                if (!names.includes("Second dealer") || names.length !== 2) {
                    throw new Error(`shown are ${names}`);
                }
            },
        },
        {
            content: "the address keeps them",
            trigger: ".o_auto_filters",
            run() {
                const ids = user.activeCompanies.map((company) => company.id).join("-");
                const said = new URL(browser.location.href).searchParams.get("companies");
                if (said !== ids) {
                    throw new Error(`the address says ${said}`);
                }
            },
        },
    ],
});

registry.category("web_tour.tours").add("auto_lead_today_address", {
    steps: () => [
        {
            content: "the address says which period",
            trigger: ".o_auto_filters .btn.active[data-period=range]",
        },
        {
            content: "and which days",
            trigger: ".o_auto_filters input[name=from]",
            run() {
                if (this.anchor.value !== "2001-01-01") {
                    throw new Error(`from ${this.anchor.value}`);
                }
            },
        },
        consultantIs("consultant"),
        { content: "nothing happened then", trigger: ".o_auto_figures .o_auto_value:contains(0)" },
    ],
});
