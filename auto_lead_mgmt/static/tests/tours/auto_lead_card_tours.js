import { registry } from "@web/core/registry";
import { countInteractions } from "./interactions";

const tours = registry.category("web_tour.tours");
const completion = countInteractions();

const press = (field, text) => ({
    content: `press ${text}`,
    trigger: `.o_field_widget[name=${field}] .o_selection_badge:contains('${text}')`,
    run: "click",
});

tours.add("auto_lead_complete", {
    steps: () => [
        { content: "the card is there", trigger: ".o_form_view .o_field_widget[name=intent_grade_id] .o_selection_badge" },
        completion.start,
        press("intent_grade_id", "A ("),
        press("focus_ids", "Price"),
        press("focus_ids", "Space"),
        press("focus_ids", "Safety"),
        { trigger: ".o_field_widget[name=industry_id] input", run: "click" },
        {
            content: "one of the industries",
            trigger: ".o-autocomplete--dropdown-item:contains('Banking'), .o_kanban_record:contains('Banking')",
            run: "click",
        },
        press("payment_method", "Loan"),
        { trigger: ".o_field_widget[name=trade_in] input", run: "click" },
        press("budget", "≤ 150k"),
        { content: "save", trigger: ".o_form_button_save", run: "click" },
        { content: "it is saved", trigger: ".o_form_saved, body:not(:has(.o_form_button_save:visible))" },
        completion.atMost(12),
    ],
});

tours.add("auto_lead_undo", {
    steps: () => [
        { trigger: ".o_data_row button[name=action_log], .o_kanban_record button[name=action_log]", run: "click" },
        { trigger: ".modal .o_auto_outcomes button:contains('No answer')", run: "click" },
        { content: "nothing is left", trigger: ".o_view_nocontent" },
        { trigger: ".o_notification:contains('No answer') button:contains('Undo')", run: "click" },
        {
            content: "it is due again",
            trigger: ".o_data_row button[name=action_log], .o_kanban_record button[name=action_log]",
        },
    ],
});

tours.add("auto_lead_call_later", {
    steps: () => [
        { trigger: ".o_data_row button[name=action_log], .o_kanban_record button[name=action_log]", run: "click" },
        { trigger: ".modal .o_auto_outcomes button:contains('Call later')", run: "click" },
        { trigger: ".modal .o_field_widget[name=later] button:contains('Tomorrow')", run: "click" },
        { trigger: ".modal .o_field_widget[name=feedback] textarea", run: "edit In a meeting" },
        { trigger: ".modal button[name=action_log]", run: "click" },
        { content: "nothing is left", trigger: ".o_view_nocontent" },
    ],
});
