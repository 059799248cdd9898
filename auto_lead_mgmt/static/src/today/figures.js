import { formatCurrency } from "@web/core/currency";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { formatFloat, formatInteger } from "@web/views/fields/formatters";

const NOTHING = "–";

/** Write a number, money, a share or a time as people read it, and a dash where there was nothing to divide by. */
export function formatFigure({ value, unit, currency }) {
    if (value === null || value === undefined || value === false) {
        return NOTHING;
    }
    if (unit === "percent") {
        return `${formatFloat(100 * value, { digits: [16, 1] })} %`;
    }
    if (currency) {
        return formatCurrency(value, currency, { trailingZeros: false });
    }
    return Number.isInteger(value) ? formatInteger(value) : formatFloat(value, { digits: [16, 1] });
}

/**
 * Write by how much a figure has grown, with an arrow and a sign, so that no one needs the colour to understand it.
 *
 * @param {Object} figure with ``previous``, a figure, and ``better``: "more" or "less" where one of both is good
 * @returns {{text: string, colour: string}} the text and the class of its colour
 */
export function formatDifference({ value, previous, better, currency }) {
    const by = value - previous.value;
    const text = formatFigure({ value: Math.abs(by), currency });
    if (!by) {
        return { text: `= ${text}`, colour: "text-muted" };
    }
    const colour = !better ? "text-muted" : by > 0 === (better === "more") ? "o_auto_good" : "o_auto_bad";
    return { text: by > 0 ? `▲ +${text}` : `▼ −${text}`, colour };
}

/** Write a day of the server as people read it. */
export function formatDay(iso) {
    return formatDate(deserializeDate(iso));
}

function formatSpan(first, last) {
    return first === last ? formatDay(first) : `${formatDay(first)} – ${formatDay(last)}`;
}

/**
 * Tell which days are shown, in one line. Companies whose days differ get a line each.
 *
 * @param {Object} period as the server describes it
 * @returns {{id: number, name: string, span: string, previous: string}[]}
 */
export function describePeriods({ companies, date_from: first, date_to: last }) {
    const describe = ({ id, name, ...days }) => ({
        id,
        name,
        span: formatSpan(days.date_from, days.date_to),
        previous: formatSpan(days.previous_from, days.previous_to),
    });
    if (first) {
        return [describe({ ...companies[0], id: 0, name: "", date_from: first, date_to: last })];
    }
    return companies.map(describe);
}

/** Find the one kind of ledger row that a domain asks for: the list of it shows the columns that matter. */
function kindOf(domain) {
    const leaves = domain.filter((leaf) => leaf[0] === "kind" && ["=", "in"].includes(leaf[1]));
    const kinds = new Set(leaves.flatMap((leaf) => leaf[2]));
    return kinds.size === 1 ? { auto_kind: [...kinds][0] } : {};
}

const withViews = (...types) => ({ views: types.map((type) => [false, type]) });

/**
 * How the records of a model are shown: a function of a figure over that model, which returns what its action has
 * beside the records. An addon adds its own; without one the records are shown in the model's list and form.
 */
const openers = registry.category("auto_lead.today_openers");
openers
    .add("auto.lead.event", ({ domain }) => ({
        ...withViews("list", "graph", "pivot", "form"),
        context: kindOf(domain),
    }))
    .add("auto.lead.callback", () => withViews("list", "kanban", "pivot"))
    .add("auto.lead.review", () => withViews("list", "form"))
    .add("auto.lead.journey", () => withViews("list", "graph", "pivot"))
    .add("auto.lead.focus.report", () => withViews("list", "graph", "pivot"));

/** The views of an action and their context, without its filters: these would take records away. */
function withoutFilters({ views, search_view_id, help, context }) {
    const kept = Object.entries(context).filter(([name]) => !name.startsWith("search_default_"));
    const shown = views.filter(([, type]) => type !== "search");
    return { views: shown, search_view_id, help, context: Object.fromEntries(kept) };
}

/** Open the list of exactly the records that a figure sums, in the views that the figure's action or model has. */
export function openFigure(action, figure, label) {
    const target = figure.domain ? figure : figure.of || figure.numerator;
    const open = ({ context = {}, ...shown }) =>
        action.doAction({
            ...shown,
            type: "ir.actions.act_window",
            name: label || figure.label || target.label,
            res_model: target.model,
            domain: target.domain,
            context: { ...context, active_test: false },
            target: "current",
        });
    if (target.action) {
        return action.loadAction(target.action).then((loaded) => open(withoutFilters(loaded)));
    }
    return open(openers.get(target.model, () => withViews("list", "form"))(target));
}
