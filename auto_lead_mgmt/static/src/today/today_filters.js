import { Component, useState } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { knownPeriods } from "./today_address";

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
            // A bookmark names a team of another company, or a team that no longer exists.
            teams.push({ id: chosen, name: _t("Team no. %s", chosen) });
        }
        return teams;
    }

    get users() {
        const { team, user: chosen } = this.filters;
        const users = this.choices.users.filter((user) => !team || user.team_ids.includes(team));
        if (chosen && !users.some((user) => user.id === chosen)) {
            // A bookmark names a consultant who has left the teams.
            const row = this.props.data?.consultants.rows.find((row) => row.user_id === chosen);
            users.push({ id: chosen, name: row?.label || _t("Consultant no. %s", chosen) });
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
