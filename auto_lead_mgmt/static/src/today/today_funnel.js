import { Component } from "@odoo/owl";

import { formatFigure } from "./figures";
import { chartTypes } from "./today_chart";

/** The steps from inquiry to purchase, each as wide as its share of the first. */
export class TodayFunnel extends Component {
    static template = "auto_lead_mgmt.TodayFunnel";
    static props = ["chart", "open", "*"];

    setup() {
        this.formatFigure = formatFigure;
    }

    stepWidth(step) {
        const [first] = this.props.chart.steps;
        return `width: ${first.value ? (100 * step.value) / first.value : 0}%`;
    }
}

chartTypes.add("funnel", TodayFunnel);
