/* global luxon */

import { registry } from "@web/core/registry";
import { delay } from "@web/core/utils/concurrency";

const tours = registry.category("web_tour.tours");

/** A dialog closes when what it asked for is done. */
const dialogClosed = { content: "The dialog has closed", trigger: "body:not(:has(.modal))" };

tours.add("auto_lead_register", {
    steps: () => [
        {
            content: "Register a customer",
            trigger: ".o_control_panel button:contains('New')",
            run: "click",
        },
        {
            content: "The phone comes first",
            trigger: ".modal .o_field_widget[name=phone] input",
            run: "edit 139 1234 5678",
        },
        {
            trigger: ".modal .o_field_widget[name=contact_name] input",
            run: "edit 周",
        },
        {
            trigger: ".modal .o_field_widget[name=salutation] .o_selection_badge:contains('Ms')",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=user_id] input",
            run: "edit consultant",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains('consultant'), .o_kanban_record:contains('consultant')",
            run: "click",
        },
        {
            trigger: ".modal button[name=action_register]",
            run: "click",
        },
        {
            content: "The card opens and waits for review",
            trigger: ".o_form_view .o_field_widget[name=review_state]:contains('Waiting for review')",
        },
    ],
});

/** A customer stands at the desk: registering takes so many presses and fields to type at most. */
const atMost = (most, steps) => {
    const count = steps.filter(({ run }) => run).length;
    if (count > most) {
        throw new Error(`${count} interactions, ${most} at most`);
    }
    return steps;
};

const walkIn = (...more) => [
    {
        content: "Register a customer",
        trigger: ".o_control_panel button:contains('New')",
        run: "click",
    },
    {
        content: "The next consultant in turn is offered, and the channel of the desk",
        trigger: ".modal .o_auto_rota button[aria-pressed=true]:contains('consultant'):contains('next')",
    },
    { trigger: ".modal .o_field_widget[name=medium_id] input:value(/./)" },
    { trigger: ".modal .o_field_widget[name=phone] input", run: "edit 139 1234 5678" },
    { trigger: ".modal .o_field_widget[name=contact_name] input", run: "edit 周" },
    { trigger: ".modal .o_field_widget[name=salutation] button:contains('Ms')", run: "click" },
    { trigger: ".modal .o_field_widget[name=vehicle_model_id] input", run: "edit 途观" },
    { trigger: ".o-autocomplete--dropdown-item:contains('途观L')", run: "click" },
    ...more,
    { trigger: ".modal .o_field_widget[name=intent_grade_id] button:contains('H')", run: "click" },
    { trigger: ".modal .o_field_widget[name=description] textarea", run: "edit 周末带家人来看车" },
    { trigger: ".modal button[name=action_register]", run: "click" },
    { content: "It is done", trigger: "body:not(:has(.modal))" },
];

tours.add("auto_lead_walk_in", {
    steps: () => {
        atMost(12, walkIn());
        return atMost(
            14,
            walkIn(
                { trigger: ".modal .o_field_widget[name=source_id] input", run: "edit Autohome" },
                { trigger: ".o-autocomplete--dropdown-item:contains('Autohome')", run: "click" }
            )
        );
    },
});

/** Press keys as a person does: what has the focus gets them. */
const keys = (...steps) =>
    steps.map(([trigger, run]) => ({ trigger, run, content: `${trigger} ${run}` }));

tours.add("auto_lead_register_by_keyboard", {
    steps: () => [
        {
            content: "The phone has the focus",
            trigger: ".modal .o_field_widget[name=phone] input:focus, .modal .o_field_widget[name=phone] input",
            run: "edit 139 1234 5678",
        },
        ...keys(
            [".modal .o_field_widget[name=contact_name] input", "edit 周"],
            [".modal .o_field_widget[name=contact_name] input", "press Tab"],
            [".modal .o_field_widget[name=salutation] button:focus", "press Tab"],
            [".modal .o_field_widget[name=salutation] button:contains('Ms'):focus", "press Enter"],
            [".modal .o_field_widget[name=salutation] button[aria-pressed=true]:contains('Ms')", "press Control+Enter"]
        ),
        {
            content: "The card opens",
            trigger: ".o_form_view .o_field_widget[name=review_state]:contains('Waiting for review')",
        },
    ],
});

tours.add("auto_lead_known", {
    steps: () => [
        {
            trigger: ".o_control_panel button:contains('New')",
            run: "click",
        },
        {
            content: "The same number in another writing",
            trigger: ".modal .o_field_widget[name=phone] input",
            run: "edit +86 13912345678 && press Tab",
        },
        {
            content: "The desk is told whose customer it is",
            trigger: ".modal .alert-warning:contains('consultant')",
        },
        {
            trigger: ".modal .btn-close, .modal button[special=cancel]",
            run: "click",
        },
        dialogClosed,
    ],
});

tours.add("auto_lead_find", {
    steps: () => [
        {
            content: "Search from any page",
            trigger: ".o_action_manager .o_auto_today, .o_action_manager .o_view_controller",
            run: "press Control+k",
        },
        {
            content: "By the last four digits, and Enter",
            trigger: ".o_command_palette_search input",
            run: "edit 0147",
        },
        {
            trigger: ".o_command.focused:contains('Find customer \"0147\"')",
            run: "press Enter",
        },
        {
            content: "The card is open",
            trigger: ".o_form_view .o_field_widget[name=contact_name] input:value(欧阳)",
        },
    ],
});

tours.add("auto_lead_find_nobody", {
    steps: () => [
        {
            trigger: ".o_searchview_input",
            run: "edit 9999",
        },
        {
            trigger: ".o_searchview_input",
            run: "press Enter",
        },
        {
            content: "Nobody is found, and that is not praised",
            trigger: ".o_nocontent_help:contains('No customer was found')",
        },
        {
            trigger: ".o_searchview_facet .o_facet_remove:last",
            run: "click",
        },
    ],
});

tours.add("auto_lead_approve", {
    steps: () => [
        {
            content: "Open the request that waits",
            trigger: ".o_data_row:contains('周') td[name=kind], .o_kanban_record:contains('周') .o_field_widget[name=kind]",
            run: "click",
        },
        {
            content: "One press",
            trigger: ".o_form_view .o_statusbar_buttons button[name=action_approve_at_once]",
            run: "click",
        },
        {
            content: "It was the last one: the queue is empty",
            trigger: ".o_view_nocontent:contains('Nothing waits for your decision')",
        },
    ],
});

tours.add("auto_lead_approve_and_next", {
    steps: () => [
        {
            content: "Open the request that has waited longest",
            trigger: ".o_data_row:contains('李') td[name=kind], .o_kanban_record:contains('李') .o_field_widget[name=kind]",
            run: "click",
        },
        {
            trigger: ".o_form_view:contains('李') button[name=action_approve_at_once]",
            run: "click",
        },
        {
            content: "The next one opens by itself",
            trigger: ".o_form_view:contains('赵') button[name=action_approve_at_once]",
            run: "click",
        },
        {
            trigger: ".o_view_nocontent:contains('Nothing waits for your decision')",
        },
    ],
});

tours.add("auto_lead_callback", {
    steps: () => [
        {
            content: "Log the callback that is due today",
            trigger: ".o_data_row:contains('周') button[name=action_log], .o_kanban_record:contains('周') button[name=action_log]",
            run: "click",
        },
        {
            trigger: ".modal .o_auto_outcomes button:contains('Reached')",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=grade_id] .o_selection_badge:contains('H (')",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=feedback] textarea",
            run: "edit Comes on Saturday with her husband",
        },
        {
            trigger: ".modal button[name=action_log]",
            run: "click",
        },
        dialogClosed,
        {
            content: "Nothing is left to call today",
            trigger: ".o_view_nocontent:contains('All callbacks of today are done')",
        },
    ],
});

/** Drop the customer on the won stage and fill the dialog that opens. */
const dragToWon = () => [
    {
        content: "Drop the customer on the won stage",
        trigger: ".o_kanban_group:contains('New') .o_kanban_record:contains('周')",
        run: "drag_and_drop(.o_kanban_group:contains('Ordered'))",
    },
    {
        content: "A purchase is proposed in a dialog",
        trigger: ".modal .o_field_widget[name=won_reason_id] .o_selection_badge:contains('Price and offer')",
        run: "click",
    },
    {
        trigger: ".modal .o_field_widget[name=quantity] input",
        run: "edit 2",
    },
    {
        trigger: ".modal button[name=action_propose]",
        run: "click",
    },
    dialogClosed,
];

/** The row of a customer in the callbacks, on a computer and on a phone, and its button. */
const row = (name) => `.o_data_row:contains('${name}'), .o_kanban_record:contains('${name}')`;
const logButton = (name) =>
    row(name)
        .split(", ")
        .map((selector) => `${selector} button[name=action_log]`)
        .join(", ");
const hasLeft = (name) => ({
    content: `${name} is done, the next one is there`,
    trigger: `body:not(:has(.modal)):not(:has(.o_data_row:contains('${name}'))):not(:has(.o_kanban_record:contains('${name}')))`,
});

/** Everything in the dialog is in reach of a thumb. */
const thumbSized = {
    content: "Large buttons, nothing beside the screen",
    trigger: ".modal .o_auto_outcomes button:contains('No answer')",
    run() {
        const modal = document.querySelector(".modal-content");
        if (modal.getBoundingClientRect().width > window.innerWidth) {
            throw new Error("The dialog is wider than the screen");
        }
        for (const el of modal.querySelectorAll(".modal-body, .o_form_view")) {
            if (el.scrollWidth > el.clientWidth) {
                throw new Error(`The dialog scrolls sideways: ${el.className}`);
            }
        }
        for (const button of modal.querySelectorAll(".o_auto_outcomes button")) {
            const { height, width } = button.getBoundingClientRect();
            if (height < 44 || width < 100) {
                throw new Error(`Too small for a thumb: ${button.textContent}`);
            }
        }
    },
};

tours.add("auto_lead_three_callbacks", {
    steps: () => [
        {
            content: "No answer: two taps",
            trigger: logButton("王"),
            run: "click",
        },
        {
            content: "The number is a button that calls, for the keyboard too",
            trigger: ".modal .o_field_widget[name=phone] a[href^='tel:']",
            run() {
                this.anchor.focus();
                const { backgroundColor } = getComputedStyle(this.anchor);
                const { height } = this.anchor.getBoundingClientRect();
                if (document.activeElement !== this.anchor || backgroundColor === "rgba(0, 0, 0, 0)" || height < 44) {
                    throw new Error(`No button: ${backgroundColor}, ${height} high`);
                }
            },
        },
        thumbSized,
        {
            trigger: ".modal .o_auto_outcomes button:contains('No answer')",
            run: "click",
        },
        hasLeft("王"),
        {
            content: "An appointment",
            trigger: logButton("李"),
            run: "click",
        },
        {
            trigger: ".modal .o_auto_outcomes button:contains('Appointment made')",
            run: "click",
        },
        {
            content: "When the customer comes",
            trigger: ".modal .o_field_widget[name=appointment_start] input, .modal .o_field_widget[name=appointment_start] button",
            async run(helpers) {
                const start = luxon.DateTime.now().plus({ days: 3 }).startOf("hour");
                await helpers.click();
                await helpers.edit(
                    start.toFormat("MM/dd/yyyy HH:mm:ss"),
                    ".modal .o_field_widget[name=appointment_start] input"
                );
            },
        },
        {
            trigger: ".modal .o_field_widget[name=feedback] textarea",
            run: "edit Test drive on Thursday",
        },
        {
            content: "The rules propose the day before the appointment",
            trigger: ".modal .o_field_widget[name=next_date]:has(input:value(/./)), .modal .o_field_widget[name=next_date]:contains(/[0-9]/)",
        },
        {
            trigger: ".modal button[name=action_log]",
            run: "click",
        },
        hasLeft("李"),
        {
            content: "Call later, with a new grade",
            trigger: logButton("张"),
            run: "click",
        },
        {
            trigger: ".modal .o_auto_outcomes button:contains('Call later')",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=grade_id] .o_selection_badge:contains('B (')",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=feedback] textarea",
            run: "edit Travels until next week",
        },
        {
            trigger: ".modal button[name=action_log]",
            run: "click",
        },
        hasLeft("张"),
        {
            content: "The list is worked off",
            trigger: ".o_view_nocontent:contains('All callbacks of today are done')",
        },
    ],
});

tours.add("auto_lead_shift_callback", {
    steps: () => [
        {
            content: "Shift the callback in the history of the card: a button like those beside it",
            trigger: ".o-mail-Activity:has(.o-mail-Activity-edit) .o_auto_shift_callback",
            run({ click }) {
                const beside = document.querySelector(".o-mail-Activity-edit");
                if (getComputedStyle(this.anchor).color !== getComputedStyle(beside).color) {
                    throw new Error("The button stands out");
                }
                return click();
            },
        },
        { trigger: ".modal .o_field_widget[name=reason] input", run: "edit 客户出差" },
        { trigger: ".modal button[name=action_apply]", run: "click" },
        dialogClosed,
    ],
});

tours.add("auto_lead_cancel_callback", {
    steps: () => [
        {
            content: "Cancel the callback in the history of the card",
            trigger: ".o-mail-Activity:has(.o_auto_log_callback) .btn-danger:contains('Cancel')",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=reason] input",
            run: "edit The customer is here today",
        },
        {
            trigger: ".modal button[name=action_cancel_callback]",
            run: "click",
        },
        dialogClosed,
        {
            content: "The reason is in the history",
            trigger: ".o-mail-Message:contains('The customer is here today')",
        },
        {
            content: "The next one is planned; log it",
            trigger: ".o-mail-Activity:contains('Callback'):not(:contains('Due in 3')) .o_auto_log_callback",
            run: "click",
        },
        {
            trigger: ".modal .o_auto_outcomes button:contains('Busy')",
            run: "click",
        },
        dialogClosed,
        {
            content: "What came of it is in the history",
            trigger: ".o-mail-Message:contains('Busy'):contains('Next callback')",
        },
    ],
});

tours.add("auto_lead_propose_won", {
    steps: () => [
        ...dragToWon(),
        {
            content: "The card stays where it is until the purchase is confirmed",
            trigger: ".o_kanban_group:contains('New') .o_kanban_record:contains('周'):contains('Waiting: Purchase')",
        },
    ],
});

tours.add("auto_lead_propose_won_in_pipeline", {
    steps: () => [
        ...dragToWon(),
        {
            content: "The card stays where it is until the purchase is confirmed",
            trigger: ".o_kanban_group:contains('New') .o_kanban_record:contains('周')",
        },
        {
            content: "Its history shows the whole story",
            trigger: ".o_kanban_group:contains('New') .o_kanban_record:contains('周') span:contains('周')",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_form_sheet:contains('Waiting: Purchase')",
        },
        {
            trigger: ".o-form-buttonbox button:contains('Requests')",
            run: "click",
        },
        {
            content: "Who returned it, and why",
            trigger: ".o_list_view .o_data_row:contains('Returned'):contains('give the model of each')",
        },
    ],
});

tours.add("auto_lead_propose_won_on_card", {
    steps: () => [
        {
            trigger: ".o_kanban_record:contains('周') .o_field_widget[name=name], .o_kanban_record:contains('周') .fw-bold",
            run: "click",
        },
        {
            content: "On a small screen the other buttons are in the menu beside the first one",
            trigger: ".o_form_view .o_statusbar_buttons .dropdown-toggle",
            run: "click",
        },
        {
            trigger: ".o-dropdown--menu button:contains('Propose Purchase'), .o_popover button:contains('Propose Purchase')",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=won_reason_id] .o_selection_badge:contains('Price and offer')",
            run: "click",
        },
        {
            trigger: ".modal button[name=action_propose]",
            run: "click",
        },
        dialogClosed,
        {
            trigger: ".o_form_view .o_form_sheet:contains('Waiting: Purchase')",
        },
    ],
});

tours.add("auto_lead_propose_lost_on_card", {
    steps: () => [
        {
            trigger: ".o_kanban_record:contains('王') .fw-bold",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_statusbar_buttons .dropdown-toggle",
            run: "click",
        },
        {
            trigger: ".o-dropdown--menu button:contains('Propose Loss')",
            run: "click",
        },
        {
            content: "The dialog starts with the reasons",
            trigger: ".modal .o_field_widget[name=lost_reason_id] .o_selection_badge:contains('Price above the budget')",
            async run() {
                // Give a date picker the time to open.
                await delay(500);
                const { activeElement } = document;
                if (!activeElement.matches("[name=lost_reason_id] .o_selection_badge")) {
                    throw new Error(`The focus is on ${activeElement.outerHTML}`);
                }
                if (document.querySelector(".o_datetime_picker")) {
                    throw new Error("A date picker covers the reasons");
                }
            },
        },
        {
            trigger: ".modal .o_field_widget[name=lost_reason_id] .o_selection_badge:contains('Price above the budget')",
            run: "click",
        },
        {
            content: "What was pressed is chosen",
            trigger: ".modal .o_selection_badge[aria-pressed=true]:contains('Price above the budget')",
        },
        {
            trigger: ".modal button[name=action_propose]",
            run: "click",
        },
        dialogClosed,
        {
            trigger: ".o_form_view .o_form_sheet:contains('Waiting: Loss')",
        },
    ],
});

tours.add("auto_lead_return", {
    steps: () => [
        {
            trigger: ".o_data_row:contains('周') .o_list_record_selector input",
            run: "click",
        },
        {
            trigger: ".o_control_panel button:contains('Return')",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=note] textarea",
            run: "edit Two cars: give the model of each",
        },
        {
            trigger: ".modal button[name=action_decide]:contains('Return')",
            run: "click",
        },
        dialogClosed,
        {
            trigger: ".o_view_nocontent:contains('Nothing waits for your decision')",
        },
    ],
});
