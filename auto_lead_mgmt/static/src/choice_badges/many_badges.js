import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { getFieldContext, getFieldDomain } from "@web/model/relational_model/utils";
import { useSpecialData } from "@web/views/fields/relational_utils";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** Several choices as badges: one press takes a choice, another one gives it back. */
export class ManyBadges extends Component {
    static template = "auto_lead_mgmt.ManyBadges";
    static props = { ...standardFieldProps, domain: { type: [Array, Function], optional: true } };

    setup() {
        this.choices = useSpecialData((orm, { record, name, domain }) =>
            orm.call(record.fields[name].relation, "name_search", ["", getFieldDomain(record, name, domain)], {
                context: getFieldContext(record, name),
            })
        );
    }

    get chosen() {
        return this.props.record.data[this.props.name];
    }

    /** The choices offered, and those chosen earlier that are not offered any more: a list of [id, name, is chosen]. */
    get items() {
        const chosen = new Set(this.chosen.currentIds);
        const offered = this.choices.data.map(([id, name]) => [id, name, chosen.has(id)]);
        const known = new Set(this.choices.data.map(([id]) => id));
        const others = this.chosen.records
            .filter((record) => !known.has(record.resId))
            .map((record) => [record.resId, record.data.display_name, true]);
        return this.props.readonly ? [...offered, ...others].filter((item) => item[2]) : [...offered, ...others];
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
