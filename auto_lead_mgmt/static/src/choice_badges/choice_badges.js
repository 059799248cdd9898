import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { BadgeSelectionField, badgeSelectionField } from "@web/views/fields/badge_selection/badge_selection_field";

/**
 * A choice as badges that are buttons: unlike Odoo's own they take the focus, so that a dialog can start with them and
 * they can be pressed by the keyboard.
 */
class ChoiceBadges extends BadgeSelectionField {
    static template = "auto_lead_mgmt.ChoiceBadges";
}

registry.category("fields").add("auto_choice_badges", {
    ...badgeSelectionField,
    component: ChoiceBadges,
    displayName: _t("Choice Badges"),
});
