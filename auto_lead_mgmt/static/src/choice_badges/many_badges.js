import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Badge } from "./badge";
import { useOffered } from "./offered";

/** Several choices as badges: one press takes a choice, another one gives it back. */
export class ManyBadges extends Component {
    static template = "auto_lead_mgmt.ManyBadges";
    static components = { Badge };
    static props = { ...standardFieldProps, domain: { type: [Array, Function], optional: true } };

    setup() {
        this.offered = useOffered();
    }

    get chosen() {
        return this.props.record.data[this.props.name];
    }

    /** The choices offered, and those chosen earlier that are not offered any more: a list of [id, name, is chosen]. */
    get items() {
        const chosen = new Set(this.chosen.currentIds);
        const offered = this.offered.data.map(([id, name]) => [id, name, chosen.has(id)]);
        const known = new Set(offered.map(([id]) => id));
        const others = this.chosen.records
            .filter((record) => !known.has(record.resId))
            .map((record) => [record.resId, record.data.display_name, true]);
        const items = [...offered, ...others];
        return this.props.readonly ? items.filter(([, , isChosen]) => isChosen) : items;
    }

    onPressed(id, isChosen) {
        return this.chosen.addAndRemove(isChosen ? { remove: [id] } : { add: [id] });
    }
}

registry.category("fields").add("auto_many_badges", {
    component: ManyBadges,
    displayName: _t("Choices as Badges"),
    supportedTypes: ["many2many"],
    relatedFields: [{ name: "display_name", type: "char" }],
    extractProps: (fieldInfo, dynamicInfo) => ({ domain: dynamicInfo.domain }),
});
