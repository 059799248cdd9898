/* global luxon */

import { Component, onMounted, onWillDestroy, onWillStart, useState } from "@odoo/owl";

import { browser } from "@web/core/browser/browser";
import { router } from "@web/core/browser/router";
import { formatDate, deserializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { user } from "@web/core/user";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { FormulaHint } from "./formula_hint";
import { TodayChart } from "./today_chart";
import { formatFigure, openFigure } from "./figures";

const LEDGER_CHANNEL = "auto_lead_mgmt.ledger";
const LEDGER_NOTICE = "auto_lead_mgmt.ledger/updated";
// what is written in one go by several transactions is read once
const NOTICE_DELAY = 3000;
const SHORTEST_PAUSE = 15000;
const SLOW_TIMER = 300000;
// the part of the page's state that its address keeps
const ADDRESS_KEYS = ["period", "from", "to", "team", "user", "by"];
// the companies of which this tab has shown the page last
const SHOWN_COMPANIES = "auto_lead_mgmt.today.companies";
const ISO_DAY = /^\d{4}-\d{2}-\d{2}$/;

/** The page that the owner keeps open all day: what was asked, sold and lost, and what waits. */
export class TodayPage extends Component {
    static template = "auto_lead_mgmt.TodayPage";
    static components = { FormulaHint, Layout, TodayChart };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.bus = useService("bus_service");
        this.keepLast = new KeepLast();
        this.filters = useState(this.initialFilters());
        this.choices = useState({ teams: [], users: [] });
        this.state = useState({
            data: null, error: null, loading: false, primary: false, asOf: null, stale: false, notice: null,
        });
        this.formatFigure = formatFigure;
        useSetupAction({
            getLocalState: () => ({ filters: { ...this.filters }, primary: this.state.primary }),
        });
        this.state.primary = this.props.state?.primary || false;
        const onNotice = () => this.refreshSoon();
        onWillStart(async () => {
            if (this.enterCompanies()) {
                return;
            }
            this.load();
            Object.assign(
                this.choices,
                await this.orm.call("auto.lead.dashboard", "get_filters", [])
            );
        });
        onMounted(() => this.keepAddress());
        this.bus.addChannel(LEDGER_CHANNEL);
        this.bus.subscribe(LEDGER_NOTICE, onNotice);
        this.timer = browser.setInterval(() => this.load({ silent: true }), SLOW_TIMER);
        onWillDestroy(() => {
            browser.clearInterval(this.timer);
            browser.clearTimeout(this.pending);
            this.bus.unsubscribe(LEDGER_NOTICE, onNotice);
            this.bus.deleteChannel(LEDGER_CHANNEL);
        });
    }

    // State

    /** Of the page to which one comes back, else of the address, else today. */
    initialFilters() {
        const empty = { period: "today", from: "", to: "", team: 0, user: 0, by: "" };
        if (this.props.state?.filters) {
            return { ...empty, ...this.props.state.filters };
        }
        const { period, from, to, team, user, by } = router.current;
        const found = { ...empty };
        if (this.periods.some((known) => known.name === period)) {
            found.period = period;
        }
        if (found.period === "range") {
            if (!ISO_DAY.test(from) || !ISO_DAY.test(to)) {
                found.period = "today";
            } else {
                Object.assign(found, { from, to });
            }
        }
        found.team = Number.isInteger(team) ? team : 0;
        found.user = Number.isInteger(user) ? user : 0;
        found.by = by === "order" ? "order" : "";
        return found;
    }

    /**
     * An address names the companies that it was written for: whoever comes by a bookmark gets those. The address of
     * this tab's own page is only rewritten, so that the menu of companies works as everywhere.
     *
     * @returns {boolean} the page is loaded again with other companies
     */
    enterCompanies() {
        const asked = String(router.current.companies || "");
        if (!asked || asked === browser.sessionStorage.getItem(SHOWN_COMPANIES)) {
            return false;
        }
        const ids = asked.split("-").map(Number);
        const allowed = ids.filter((id) => user.allowedCompanies.some((company) => company.id === id));
        if (allowed.length < ids.length) {
            this.state.notice = _t("This address names companies that are not yours. They are left out.");
        }
        const active = user.activeCompanies.map((company) => company.id);
        const same = allowed.length === active.length && allowed.every((id) => active.includes(id));
        if (!allowed.length || same) {
            return false;
        }
        user.activateCompanies(allowed, { includeChildCompanies: false, reload: true });
        return true;
    }

    get companies() {
        return user.activeCompanies.map((company) => company.id).join("-");
    }

    keepAddress() {
        const address = { companies: user.allowedCompanies.length > 1 ? this.companies : undefined };
        browser.sessionStorage.setItem(SHOWN_COMPANIES, this.companies);
        for (const key of ADDRESS_KEYS) {
            address[key] = this.filters[key] || undefined;
        }
        if (this.filters.period !== "range") {
            address.from = address.to = undefined;
        }
        this.props.updateActionState?.(address);
    }

    get periods() {
        return [
            { name: "today", label: _t("Today") },
            { name: "yesterday", label: _t("Yesterday") },
            { name: "this_week", label: _t("This week") },
            { name: "this_month", label: _t("This month") },
            { name: "last_month", label: _t("Last month") },
            { name: "range", label: _t("From … to …") },
        ];
    }

    get teams() {
        const { team: chosen } = this.filters;
        const teams = [...this.choices.teams];
        if (chosen && !teams.some((team) => team.id === chosen)) {
            // of another company, or none any more, and a bookmark still names it
            teams.push({ id: chosen, name: _t("Team no. %s", chosen) });
        }
        return teams;
    }

    get users() {
        const { team, user: chosen } = this.filters;
        const users = this.choices.users.filter((user) => !team || user.team_ids.includes(team));
        if (chosen && !users.some((user) => user.id === chosen)) {
            // who has left the teams, and whom a bookmark still names
            const row = this.state.data?.consultants.rows.find((row) => row.user_id === chosen);
            users.push({ id: chosen, name: row?.label || _t("Consultant no. %s", chosen) });
        }
        return users;
    }

    // Reading

    get request() {
        const { period, from, to, team, user, by } = this.filters;
        const days = period === "range" ? [from, to] : [period, false];
        return [...days, team || false, user || false, by === "order"];
    }

    /** @param {boolean} options.silent nobody has asked for it: it waits, and spoils nothing when it fails */
    async load({ silent = false } = {}) {
        if (silent && this.state.loading) {
            this.refreshSoon();
            return;
        }
        this.state.loading = !silent;
        this.lastLoad = Date.now();
        const orm = silent ? this.orm.silent : this.orm;
        try {
            const data = await this.keepLast.add(
                orm.call("auto.lead.dashboard", "get_data", this.request)
            );
            Object.assign(this.state, {
                data, error: null, loading: false, stale: false, asOf: luxon.DateTime.now().toFormat("HH:mm"),
            });
        } catch (error) {
            const message = error?.data?.message || _t("The server does not answer.");
            if (!silent || !this.state.data) {
                Object.assign(this.state, { error: message, loading: false });
            } else {
                this.state.stale = true;
            }
        }
    }

    /** After a notice: shortly, once for several, and not again and again on a busy day. */
    refreshSoon() {
        if (!this.pending) {
            const pause = Math.max(NOTICE_DELAY, this.lastLoad + SHORTEST_PAUSE - Date.now());
            this.pending = browser.setTimeout(() => {
                this.pending = null;
                this.load({ silent: true });
            }, pause);
        }
    }

    change(values) {
        Object.assign(this.filters, values);
        const { period, from, to } = this.filters;
        if (period === "range" && (!from || !to || from > to)) {
            return;
        }
        this.keepAddress();
        this.load();
    }

    onPeriod(period) {
        if (period === "range" && !this.filters.from) {
            const [company] = this.state.data?.period.companies || [];
            this.filters.from = company?.date_from || "";
            this.filters.to = company?.date_to || "";
        }
        this.change({ period });
    }

    onTeam(ev) {
        this.change({ team: Number(ev.target.value), user: 0 });
    }

    onUser(id) {
        this.change({ user: Number(id) });
    }

    // Showing

    day(iso) {
        return formatDate(deserializeDate(iso));
    }

    span(first, last) {
        return first === last ? this.day(first) : `${this.day(first)} – ${this.day(last)}`;
    }

    /** What period is shown: one line, or one for each company whose day differs. */
    get shownPeriods() {
        const { companies, date_from: first, date_to: last } = this.state.data.period;
        if (first) {
            const before = companies[0];
            return [{
                id: 0, name: "", span: this.span(first, last),
                previous: this.span(before.previous_from, before.previous_to),
            }];
        }
        return companies.map((company) => ({
            id: company.id, name: company.name,
            span: this.span(company.date_from, company.date_to),
            previous: this.span(company.previous_from, company.previous_to),
        }));
    }

    get isEmpty() {
        return this.state.data.tiles.every(
            (tile) => !tile.value && tile.beside.every((figure) => !figure.value)
        );
    }

    get asOf() {
        const { asOf, stale } = this.state;
        return stale ? _t("as of %s, the server does not answer", asOf) : _t("as of %s", asOf);
    }

    /** How a tile and each figure in it is counted. */
    tileFormula(tile) {
        const beside = tile.beside.filter((figure) => figure.formula);
        return [
            tile.formula,
            this.previousFormula(tile),
            ...beside.map((figure) => _t("%(label)s: %(formula)s", figure)),
        ].join("\n");
    }

    previousFormula(tile) {
        const periods = this.shownPeriods;
        const period = periods.length === 1 ? periods[0].previous : _t("the period before");
        if (tile.previous.label === tile.label) {
            return _t("Before: the same of %s.", period);
        }
        return _t("%(label)s: of %(period)s.", { label: tile.previous.label, period });
    }

    difference(tile) {
        const by = tile.value - tile.previous.value;
        return by > 0 ? `+${formatFigure({ value: by })}` : formatFigure({ value: by });
    }

    barHeight(tile, point) {
        const largest = Math.max(1, ...tile.trend.map((other) => other.value));
        return `height: ${Math.max(4, (100 * point.value) / largest)}%`;
    }

    pointTitle(point) {
        return `${point.label} · ${this.day(point.day)}: ${formatFigure(point)}`;
    }

    openLabel(tile) {
        return _t("%(figure)s: %(value)s, open the list", {
            figure: tile.label,
            value: formatFigure(tile),
        });
    }

    trendLabel(tile) {
        return _t("%s, day by day", tile.label);
    }

    stepWidth(step) {
        const [first] = this.state.data.funnel.steps;
        return `width: ${first.value ? (100 * step.value) / first.value : 0}%`;
    }

    get charts() {
        const { charts } = this.state.data;
        return [
            { name: "industry", type: "bar", chart: charts.industry },
            {
                name: "focus", type: "bar",
                chart: this.state.primary
                    ? { ...charts.focus, rows: charts.focus.primary_rows }
                    : charts.focus,
            },
            { name: "lost_reason", type: "doughnut", chart: charts.lost_reason },
            { name: "competitor", type: "doughnut", chart: charts.competitor },
            { name: "source", type: "bar", chart: charts.source },
            { name: "channel", type: "bar", chart: charts.channel },
        ];
    }

    /** The bars of a trend are one stop of the tabulator key; the arrow keys go from bar to bar. */
    onTrendKey(ev) {
        const bars = [...ev.currentTarget.children];
        const place = bars.indexOf(ev.target);
        const target = {
            ArrowLeft: bars[place - 1], ArrowRight: bars[place + 1], Home: bars[0], End: bars.at(-1),
        }[ev.key];
        if (target) {
            ev.preventDefault();
            ev.target.tabIndex = -1;
            target.tabIndex = 0;
            target.focus();
        }
    }

    open(figure, label) {
        openFigure(this.action, figure, label);
    }

    openPart(row, part) {
        this.open(part, `${row.label}: ${part.label}`);
    }

    register() {
        this.action.doAction("auto_lead_mgmt.action_auto_lead_register");
    }
}

registry.category("actions").add("auto_lead_today", TodayPage);
