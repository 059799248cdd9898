import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatInteger } from "@web/views/fields/formatters";

/** What has become of the lines of a registration sheet, with the customers of each kind. */
export class SheetSummary extends Component {
    static template = "auto_lead_mgmt.SheetSummary";
    static props = {
        sheet: Object,
        openCustomers: Function,
    };

    setup() {
        this.formatInteger = formatInteger;
    }

    get title() {
        const { sheet } = this.props;
        const read = formatInteger(sheet.count("read"));
        return sheet.isDone ? _t("%s lines read", read) : _t("%s lines read so far", read);
    }

    get kinds() {
        const { sheet } = this.props;
        return [
            { name: "new", label: _t("New customers") },
            { name: "repeats", label: _t("Asked again") },
            { name: "known", label: _t("Known already") },
        ].map((kind) => ({ ...kind, ids: sheet.customers(kind.name) }));
    }

    openLabel({ label, ids }) {
        return _t("%(figure)s: %(value)s, open the list", { figure: label, value: formatInteger(ids.length) });
    }
}
