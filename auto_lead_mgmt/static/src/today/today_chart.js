/* global Chart */

import { Component, onWillStart, onWillUnmount, useEffect, useRef } from "@odoo/owl";

import { loadBundle } from "@web/core/assets";
import { cookie } from "@web/core/browser/cookie";
import { getColor } from "@web/core/colors/colors";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { formatDay, formatFigure } from "./figures";

// Purchases are green, losses red.
const COLORS = { inquiry: 0, won: 2, lost: 1 };
// The largest ones are drawn as bars or slices, all of them stand in the table below.
const SHOWN = 10;

/**
 * The types of charts by name: components that get the label, the type, the series (each with its rows, which are
 * figures), the chart as the server gives it, and open, to be called with a figure and the title of its list. An addon
 * adds its own.
 */
export const chartTypes = registry.category("auto_lead.today_charts");

/** A chart of which each bar, slice or point opens its records. The same figures stand below it as a table. */
export class TodayChart extends Component {
    static template = "auto_lead_mgmt.TodayChart";
    static props = {
        label: String,
        type: String,
        series: { type: Array, element: Object },
        chart: { type: Object, optional: true },
        open: Function,
    };

    setup() {
        this.canvas = useRef("canvas");
        this.formatFigure = formatFigure;
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => this.draw(),
            () => [this.props.series, this.props.type]
        );
        onWillUnmount(() => this.chart?.destroy());
    }

    get rows() {
        const [first] = this.props.series;
        return first.rows.map((row, place) => ({
            key: row.key,
            label: this.rowLabel(row),
            figures: this.props.series.map((series) => series.rows[place]),
        }));
    }

    get description() {
        return _t("%s, also as a table below", this.props.label);
    }

    get isEmpty() {
        return this.props.series.every((series) => series.rows.every((row) => !row.value));
    }

    rowLabel(row) {
        return row.day ? formatDay(row.day) : row.label;
    }

    get isRing() {
        return this.props.type === "doughnut";
    }

    /**
     * Return the slices of a ring with their colours, for its legend. The legend of Chart.js takes half the canvas at
     * most, and cuts the rest.
     */
    get slices() {
        const scheme = cookie.get("color_scheme");
        return this.largest(this.props.series[0].rows).map((row, place) => ({
            label: row.label,
            color: getColor(place, scheme, SHOWN + 1),
        }));
    }

    /** Return the rows that are drawn. A ring shows the whole: the others are one more slice, which opens nothing. */
    largest(rows) {
        const shown = rows.slice(0, SHOWN);
        const rest = rows.slice(SHOWN);
        if (this.isRing && rest.length) {
            shown.push({ label: _t("Others"), value: rest.reduce((sum, row) => sum + row.value, 0) });
        }
        return shown;
    }

    draw() {
        this.chart?.destroy();
        this.chart = null;
        if (!this.canvas.el || this.isEmpty) {
            return;
        }
        const scheme = cookie.get("color_scheme");
        const line = this.props.type === "line";
        const shown = this.props.series.map((series) =>
            line ? series.rows : this.largest(series.rows)
        );
        const rowOf = ([element]) => element && shown[element.datasetIndex][element.index];
        this.chart = new Chart(this.canvas.el, {
            type: this.props.type,
            data: {
                labels: shown[0].map((row) => this.rowLabel(row)),
                datasets: this.props.series.map((series, place) => ({
                    label: series.label,
                    data: shown[place].map((row) => row.value),
                    backgroundColor: this.isRing
                        ? this.slices.map((slice) => slice.color)
                        : getColor(COLORS[series.name] ?? place, scheme, "sm"),
                    borderColor: line ? getColor(COLORS[series.name] ?? place, scheme, "sm") : undefined,
                    maxBarThickness: 28,
                    tension: 0.2,
                    pointHitRadius: 12,
                })),
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                indexAxis: this.props.type === "bar" ? "y" : "x",
                plugins: { legend: { display: line, position: "bottom" } },
                scales: this.isRing ? {} : { [line ? "y" : "x"]: { beginAtZero: true, ticks: { precision: 0 } } },
                onClick: (_ev, elements) => {
                    const row = rowOf(elements);
                    if (row?.domain) {
                        this.props.open(row, `${this.props.label}: ${this.rowLabel(row)}`);
                    }
                },
                onHover: (ev, elements) => {
                    ev.native.target.style.cursor = rowOf(elements)?.domain ? "pointer" : "default";
                },
            },
        });
    }
}

chartTypes.add("bar", TodayChart).add("doughnut", TodayChart).add("line", TodayChart);
