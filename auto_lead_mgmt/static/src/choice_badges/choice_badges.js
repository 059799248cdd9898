import { registry } from "@web/core/registry";
import { getFieldContext, getFieldDomain } from "@web/model/relational_model/utils";
import { BadgeSelectionField, badgeSelectionField } from "@web/views/fields/badge_selection/badge_selection_field";
import { useSpecialData } from "@web/views/fields/relational_utils";

/**
 * A field whose choices are badges that can be pressed by the keyboard. Odoo's own badges take no focus, so a dialog
 * cannot start with them, and they leave out the context of the field when they ask for the records to choose from.
 */
class ChoiceBadges extends BadgeSelectionField {
    static template = "auto_lead_mgmt.ChoiceBadges";

    setup() {
        this.type = this.props.record.fields[this.props.name].type;
        if (this.type === "many2one") {
            this.specialData = useSpecialData((orm, { record, name, domain }) =>
                orm.call(
                    record.fields[name].relation, "name_search", ["", getFieldDomain(record, name, domain)],
                    { context: getFieldContext(record, name) }));
        }
    }

    /** Pass the focus, which a form gives to the field as a whole, on to the chosen badge or else the first one. */
    onFocus({ currentTarget: group }) {
        (group.querySelector(".active") || group.firstElementChild)?.focus();
    }
}

registry.category("fields").add("auto_choice_badges", {
    ...badgeSelectionField,
    component: ChoiceBadges,
});
