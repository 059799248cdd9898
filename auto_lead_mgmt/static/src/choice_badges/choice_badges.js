import { registry } from "@web/core/registry";
import { BadgeSelectionField, badgeSelectionField } from "@web/views/fields/badge_selection/badge_selection_field";
import { Badge } from "./badge";
import { useOffered } from "./offered";

/**
 * A field whose choices are badges that can be pressed by the keyboard. Odoo's own badges take no focus, so a dialog
 * cannot start with them, and they leave out the context of the field when they ask for the records to choose from.
 */
class ChoiceBadges extends BadgeSelectionField {
    static template = "auto_lead_mgmt.ChoiceBadges";
    static components = { Badge };

    setup() {
        this.type = this.props.record.fields[this.props.name].type;
        if (this.type === "many2one") {
            this.specialData = useOffered();
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
