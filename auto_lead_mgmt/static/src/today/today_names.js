import { _t } from "@web/core/l10n/translation";

/** The name of a team; a bookmark may name one of another company, or one that no longer exists. */
export function teamName({ teams }, id) {
    return teams.find((team) => team.id === id)?.name || _t("Team no. %s", id);
}

/** The name of a consultant; a bookmark may name one who has left the teams and stands in the table only. */
export function consultantName({ users }, data, id) {
    const row = data?.consultants.rows.find((row) => row.user_id === id);
    return users.find((user) => user.id === id)?.name || row?.label || _t("Consultant no. %s", id);
}
