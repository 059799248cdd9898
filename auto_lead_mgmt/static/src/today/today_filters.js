import { Component, useState } from "@odoo/owl";

import { knownPeriods } from "./today_address";
import { consultantName, teamName } from "./today_names";

/** The bar above the figures: period, team, consultant, and the day by which purchases count. */
export class TodayFilters extends Component {
    static template = "auto_lead_mgmt.TodayFilters";
    static props = {
        filters: Object,
        choices: Object,
        // The figures that are shown now, if there are any
        data: { type: [Object, { value: null }] },
        change: Function,
    };

    setup() {
        this.filters = useState(this.props.filters);
        this.choices = useState(this.props.choices);
        this.periods = knownPeriods();
    }

    get teams() {
        const { team: chosen } = this.filters;
        const teams = [...this.choices.teams];
        if (chosen && !teams.some((team) => team.id === chosen)) {
            teams.push({ id: chosen, name: teamName(this.choices, chosen) });
        }
        return teams;
    }

    get users() {
        const { team, user: chosen } = this.filters;
        const users = this.choices.users.filter((user) => !team || user.team_ids.includes(team));
        if (chosen && !users.some((user) => user.id === chosen)) {
            users.push({ id: chosen, name: consultantName(this.choices, this.props.data, chosen) });
        }
        return users;
    }

    /** Choose a period. A new range has the days that are shown now. */
    onPeriod(period) {
        const values = { period };
        if (period === "range" && !this.filters.from) {
            const [company] = this.props.data?.period.companies || [];
            values.from = company?.date_from || "";
            values.to = company?.date_to || "";
        }
        this.props.change(values);
    }

    onTeam(ev) {
        this.props.change({ team: Number(ev.target.value), user: 0 });
    }

    onUser(ev) {
        this.props.change({ user: Number(ev.target.value) });
    }
}
