import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { user } from "@web/core/user";

// The key under which a tab remembers the companies for which it showed the page last
const SHOWN_COMPANIES = "auto_lead_mgmt.today.companies";
const ISO_DAY = /^\d{4}-\d{2}-\d{2}$/;
const TODAY = { period: "today", from: "", to: "", team: 0, user: 0, by: "" };

/** Return the periods to choose from. The server knows them by these names, except "range". */
export function knownPeriods() {
    return [
        { name: "today", label: _t("Today") },
        { name: "yesterday", label: _t("Yesterday") },
        { name: "this_week", label: _t("This week") },
        { name: "this_month", label: _t("This month") },
        { name: "last_month", label: _t("Last month") },
        { name: "range", label: _t("From … to …") },
    ];
}

/**
 * Read what an address asks for. What makes no sense in it is left out.
 *
 * @param {Object} address the parameters of the address
 * @returns {{period: string, from: string, to: string, team: number, user: number, by: string}} the page's filters
 */
export function readAddress({ period, from, to, team, user: consultant, by }) {
    const filters = { ...TODAY };
    if (knownPeriods().some((known) => known.name === period)) {
        filters.period = period;
    }
    if (filters.period === "range") {
        if (!ISO_DAY.test(from) || !ISO_DAY.test(to)) {
            filters.period = "today";
        } else {
            Object.assign(filters, { from, to });
        }
    }
    filters.team = Number.isInteger(team) ? team : 0;
    filters.user = Number.isInteger(consultant) ? consultant : 0;
    filters.by = by === "order" ? "order" : "";
    return filters;
}

/** Return the filters that the page kept when it was left, with today's for what is not among them. */
export function readState(kept) {
    return { ...TODAY, ...kept };
}

/**
 * Return the parameters of the address under which the page shows the same again.
 *
 * @param {Object} filters see readAddress
 */
export function writeAddress({ period, from, to, team, user: consultant, by }) {
    const isRange = period === "range";
    return {
        companies: user.allowedCompanies.length > 1 ? shownCompanies() : undefined,
        period: period || undefined,
        from: (isRange && from) || undefined,
        to: (isRange && to) || undefined,
        team: team || undefined,
        user: consultant || undefined,
        by: by || undefined,
    };
}

/** Tell whether the filters name a period: a range needs both days, in their order. */
export function namesPeriod({ period, from, to }) {
    return period !== "range" || Boolean(from && to && from <= to);
}

/** Return the arguments with which the server is asked for the figures that the filters describe. */
export function toArguments({ period, from, to, team, user: consultant, by }) {
    const days = period === "range" ? [from, to] : [period, false];
    return [...days, team || false, consultant || false, by === "order"];
}

function shownCompanies() {
    return user.activeCompanies.map((company) => company.id).join("-");
}

/** Remember in this tab which companies the page is shown for. */
export function rememberCompanies() {
    browser.sessionStorage.setItem(SHOWN_COMPANIES, shownCompanies());
}

/**
 * Change to the companies that an address names, so that a bookmark shows the companies for which it was made. The
 * address of the page that this tab showed last changes nothing: it follows the menu of companies.
 *
 * @param {Object} address the parameters of the address
 * @returns {{reloads: boolean, notice: string|null}} whether the page is being loaded again with other companies, and
 *  what the user should know
 */
export function enterCompanies({ companies }) {
    const asked = String(companies || "");
    if (!asked || asked === browser.sessionStorage.getItem(SHOWN_COMPANIES)) {
        return { reloads: false, notice: null };
    }
    const ids = asked.split("-").map(Number);
    const allowed = ids.filter((id) => user.allowedCompanies.some((company) => company.id === id));
    const notice =
        allowed.length < ids.length
            ? _t("This address names companies that are not yours. They are left out.")
            : null;
    const active = user.activeCompanies.map((company) => company.id);
    const same = allowed.length === active.length && allowed.every((id) => active.includes(id));
    if (!allowed.length || same) {
        return { reloads: false, notice };
    }
    user.activateCompanies(allowed, { includeChildCompanies: false, reload: true });
    return { reloads: true, notice };
}
