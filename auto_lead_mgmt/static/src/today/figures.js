import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { formatFloat, formatInteger } from "@web/views/fields/formatters";

const NOTHING = "–";

const VIEWS = {
    "auto.lead.event": ["list", "graph", "pivot", "form"],
    "auto.lead.callback": ["list", "kanban", "pivot"],
    "auto.lead.review": ["list", "form"],
    "auto.lead.journey": ["list", "graph", "pivot"],
    "auto.lead.focus.report": ["list", "graph", "pivot"],
};

/** Write a number, a share or a time as people read it, and a dash where there was nothing to divide by. */
export function formatFigure({ value, unit }) {
    if (value === null || value === undefined || value === false) {
        return NOTHING;
    }
    if (unit === "percent") {
        return `${formatFloat(100 * value, { digits: [16, 1] })} %`;
    }
    return Number.isInteger(value) ? formatInteger(value) : formatFloat(value, { digits: [16, 1] });
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

/** Open the list of exactly the records that a figure sums. */
export function openFigure(action, figure, label) {
    const target = figure.domain ? figure : figure.of || figure.numerator;
    return action.doAction({
        type: "ir.actions.act_window",
        name: label || figure.label || target.label,
        res_model: target.model,
        domain: target.domain,
        views: VIEWS[target.model].map((type) => [false, type]),
        context: { active_test: false, ...kindOf(target.domain) },
        target: "current",
    });
}
