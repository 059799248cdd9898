import { Component } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { formatDay, formatDifference, formatFigure } from "./figures";
import { FormulaHint } from "./formula_hint";

/**
 * A large figure, with the same figure before and the last days as bars where it goes by a period, and with the figures
 * that belong to it.
 */
export class TodayTile extends Component {
    static template = "auto_lead_mgmt.TodayTile";
    static components = { FormulaHint };
    static props = {
        tile: Object,
        // The days of the figure before, as people read them
        previousPeriod: String,
        // Called with a figure, and with the title of the list of its records
        open: Function,
    };

    setup() {
        this.formatFigure = formatFigure;
    }

    get tile() {
        return this.props.tile;
    }

    /** Tell how the tile and each figure in it is counted, one figure a line. */
    get formula() {
        const beside = this.tile.beside.filter((figure) => figure.formula);
        return [
            this.tile.formula,
            ...(this.tile.previous ? [this.previousFormula] : []),
            ...beside.map((figure) => _t("%(label)s: %(formula)s", figure)),
        ].join("\n");
    }

    /** Tell whether the figure before is the same figure of an earlier period, and so can be compared. */
    get isCompared() {
        return this.tile.previous.label === this.tile.label;
    }

    get previousFormula() {
        const { tile, isCompared } = this;
        const period = this.props.previousPeriod;
        return isCompared
            ? _t("Before: the same of %s.", period)
            : _t("%(label)s: of %(period)s.", { label: tile.previous.label, period });
    }

    /** The figure before as one text, so that the colon is that of the language. */
    get previousText() {
        const { previous } = this.tile;
        return _t("%(label)s: %(value)s", {
            label: this.isCompared ? _t("Before") : previous.label,
            value: formatFigure(previous),
        });
    }

    get difference() {
        return formatDifference(this.tile);
    }

    get openLabel() {
        return _t("%(figure)s: %(value)s, open the list", {
            figure: this.tile.label,
            value: formatFigure(this.tile),
        });
    }

    get trendLabel() {
        return _t("%s, day by day", this.tile.label);
    }

    barHeight(point) {
        const largest = Math.max(1, ...this.tile.trend.map((other) => other.value));
        return `height: ${Math.max(4, (100 * point.value) / largest)}%`;
    }

    pointTitle(point) {
        return `${point.label} · ${formatDay(point.day)}: ${formatFigure(point)}`;
    }

    /** Go from bar to bar by the arrow keys. The Tab key stops once in the whole trend. */
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
}
