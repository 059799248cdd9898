import { registry } from "@web/core/registry";
import { BadgeSelectionField, badgeSelectionField } from "@web/views/fields/badge_selection/badge_selection_field";

/**
 * A field whose choices are badges that can be pressed by the keyboard. Odoo's own badges take no focus, so a dialog
 * cannot start with them.
 */
class ChoiceBadges extends BadgeSelectionField {
    static template = "auto_lead_mgmt.ChoiceBadges";
}

registry.category("fields").add("auto_choice_badges", {
    ...badgeSelectionField,
    component: ChoiceBadges,
});
