import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatInteger } from "@web/views/fields/formatters";

const SHOWN = 100;

/** The lines of a registration sheet that cannot be read, with the reasons. The others need not wait for them. */
export class BadLines extends Component {
    static template = "auto_lead_mgmt.BadLines";
    static props = {
        sheet: Object,
        download: Function,
        importOthers: Function,
    };

    get shown() {
        return this.props.sheet.bad.slice(0, SHOWN);
    }

    get title() {
        const { lines, badCount } = this.props.sheet;
        return _t("%(bad)s of %(lines)s lines cannot be read", {
            bad: formatInteger(badCount),
            lines: formatInteger(lines),
        });
    }

    get importLabel() {
        return _t("Import the other %s lines", formatInteger(this.props.sheet.otherCount));
    }

    /** Tell how many are not in the table, if any. */
    get more() {
        const more = this.props.sheet.bad.length - SHOWN;
        return more > 0 && _t("… and %s more are in the file", formatInteger(more));
    }
}
