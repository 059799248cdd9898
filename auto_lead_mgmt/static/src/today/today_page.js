/* global luxon */

import { Component, onMounted, onWillDestroy, onWillStart, useState } from "@odoo/owl";

import { browser } from "@web/core/browser/browser";
import { router } from "@web/core/browser/router";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { describePeriods, formatFigure, openFigure } from "./figures";
import { FormulaHint } from "./formula_hint";
import {
    enterCompanies,
    namesPeriod,
    readAddress,
    readState,
    rememberCompanies,
    toArguments,
    writeAddress,
} from "./today_address";
import { chartTypes } from "./today_chart";
import { TodayConsultants } from "./today_consultants";
import { TodayFilters } from "./today_filters";
import { consultantName, teamName } from "./today_names";
import { TodayTargets } from "./today_targets";
import { TodayTile } from "./today_tile";

const LEDGER_CHANNEL = "auto_lead_mgmt.ledger";
const LEDGER_NOTICE = "auto_lead_mgmt.ledger/updated";
// The notices of several transactions at one time lead to one reading.
const NOTICE_DELAY = 3000;
const SHORTEST_PAUSE = 15000;
const SLOW_TIMER = 300000;

/** The page that the owner keeps open all day: what was asked, sold and lost, and what waits. */
export class TodayPage extends Component {
    static template = "auto_lead_mgmt.TodayPage";
    static components = { FormulaHint, Layout, TodayConsultants, TodayFilters, TodayTargets, TodayTile };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.bus = useService("bus_service");
        this.keepLast = new KeepLast();
        const kept = this.props.state;
        this.filters = useState(kept?.filters ? readState(kept.filters) : readAddress(router.current));
        // The last filters with which the server was asked: it is not asked while a day of a range is missing.
        this.asked = { ...this.filters };
        this.choices = useState({ teams: [], users: [] });
        this.state = useState({
            data: null, error: null, loading: false, primary: kept?.primary || false, asOf: null, stale: false,
            notice: null,
        });
        this.formatFigure = formatFigure;
        this.open = (figure, label) => openFigure(this.action, figure, label);
        this.change = (values) => this.onChange(values);
        this.narrow = (id) => this.onChange({ user: id });
        useSetupAction({
            getLocalState: () => ({ filters: this.asked, primary: this.state.primary }),
        });
        onWillStart(async () => {
            const { reloads, notice } = enterCompanies(router.current);
            this.state.notice = notice;
            if (reloads) {
                return;
            }
            this.load();
            Object.assign(this.choices, await this.orm.call("auto.lead.dashboard", "get_filters", []));
        });
        onMounted(() => this.keepAddress());
        this.refreshByItself();
    }

    // Reading

    /** Read the figures again after a notice of the server, and now and then without one. */
    refreshByItself() {
        const onNotice = () => this.refreshSoon();
        this.bus.addChannel(LEDGER_CHANNEL);
        this.bus.subscribe(LEDGER_NOTICE, onNotice);
        const timer = browser.setInterval(() => this.load({ silent: true }), SLOW_TIMER);
        onWillDestroy(() => {
            browser.clearInterval(timer);
            browser.clearTimeout(this.pending);
            this.bus.unsubscribe(LEDGER_NOTICE, onNotice);
            this.bus.deleteChannel(LEDGER_CHANNEL);
        });
    }

    /**
     * Read the figures.
     *
     * @param {boolean} options.silent no person asked for it: it waits while another reading is under way, asks nothing
     *  while a day of a range is missing, and leaves the last figures when it fails
     */
    async load({ silent = false } = {}) {
        if (silent && !namesPeriod(this.filters)) {
            return;
        }
        if (silent && this.state.loading) {
            this.refreshSoon();
            return;
        }
        this.state.loading = !silent;
        this.lastLoad = Date.now();
        const orm = silent ? this.orm.silent : this.orm;
        try {
            const data = await this.keepLast.add(
                orm.call("auto.lead.dashboard", "get_data", toArguments(this.asked))
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

    /** Read the figures soon: once for several notices, and with a pause after the reading before. */
    refreshSoon() {
        if (!this.pending) {
            const pause = Math.max(NOTICE_DELAY, this.lastLoad + SHORTEST_PAUSE - Date.now());
            this.pending = browser.setTimeout(() => {
                this.pending = null;
                this.load({ silent: true });
            }, pause);
        }
    }

    onChange(values) {
        Object.assign(this.filters, values);
        if (namesPeriod(this.filters)) {
            this.asked = { ...this.filters };
            this.keepAddress();
            this.load();
        }
    }

    keepAddress() {
        rememberCompanies();
        this.props.updateActionState?.(writeAddress(this.asked));
    }

    register() {
        this.action.doAction("auto_lead_mgmt.action_auto_lead_register");
    }

    setTargets() {
        this.action.doAction("auto_lead_mgmt.action_auto_lead_target");
    }

    // Showing

    /** What a printed page says of whom and what it shows: companies, team, consultant. */
    get subject() {
        const { team, user: consultant } = this.filters;
        const { data } = this.state;
        return {
            companies: data.period.companies.map((company) => company.name).join(", "),
            team: team ? teamName(this.choices, team) : _t("All teams"),
            consultant: consultant ? consultantName(this.choices, data, consultant) : _t("All consultants"),
        };
    }

    get shownPeriods() {
        return describePeriods(this.state.data.period);
    }

    get previousPeriod() {
        const periods = this.shownPeriods;
        return periods.length === 1 ? periods[0].previous : String(_t("the period before"));
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

    /** The charts as they come: those of days first, then the funnel, then those of groups. */
    get charts() {
        const { charts, funnel } = this.state.data;
        const entries = Object.entries(charts);
        return [
            ...entries.filter(([, chart]) => chart.series),
            ["funnel", { ...funnel, type: "funnel" }],
            ...entries.filter(([, chart]) => !chart.series),
        ].map(([name, chart]) => {
            const { label, type, primary_rows: primaryRows } = chart;
            const rows = (this.state.primary && primaryRows) || chart.rows || [];
            const series = chart.series || [{ name, label, rows }];
            return {
                name,
                chart,
                Component: chartTypes.get(type, null),
                props: { label, type, series, chart, open: this.open },
            };
        });
    }
}

registry.category("actions").add("auto_lead_today", TodayPage);
