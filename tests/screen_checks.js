/* What each screen of the app must hold to, on the desk and on the phone: see test_screens.py and scripts/screens.js. */
/* global autoLeadScreens, axe */

(() => {
    const PHONE = 500;
    const THUMB = 40;
    const BARS = ".o_control_panel";
    const HISTORY = ".o-mail-ChatterContainer, .o-mail-Form-chatter";

    // frames of Odoo's that scroll aside by themselves: the columns of a board
    const SCROLL = ".o_kanban_grouped, .o_kanban_grouped *, .o_kanban_view:has(.o_kanban_grouped) > .o_content";

    // What is smaller than a thumb, and why it stays so
    const SMALL = [
        // Odoo's own parts, which look the same in every app
        BARS, HISTORY, ".o_graph_view .btn", ".o_pivot_view .btn", ".o_statusbar_status",
        // colours of a choice: a row of twelve, for the administrator
        ".o_field_color_picker button",
        // columns of a list, chosen on the desk
        ".o_optional_columns_dropdown button",
        // a bar of fourteen below a figure: the report behind the figure has the same days
        ".o_auto_trend button",
    ].join();

    // What Odoo's own components, which look the same in every app, have against a rule of axe
    const KNOWN = {
        // avatars beside the name of the person
        "image-alt": ".o_field_widget img, .o_m2o_avatar img, .o_avatar img",
        // boxes in the rows of a list
        label: ".o_list_table input[type=checkbox]",
        "button-name": ".o_optional_columns_dropdown button",
        "aria-allowed-attr": ".o_tag, .o-autocomplete--input",
        "aria-required-parent": ".o_field_color_picker button, .o_notebook .nav-link",
        "role-img-alt": ".o_form_view i",
        "color-contrast": ".o_pivot_measure_row",
    };

    const PRESSED = "button, a[href], [role=button], .o_selection_badge, input:is([type=checkbox], [type=radio])";

    const isSeen = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    const tell = (element) => {
        const name = element.getAttribute("name") || element.textContent.trim().slice(0, 30);
        return `${element.tagName.toLowerCase()}.${[...element.classList].join(".")} "${name}"`;
    };

    function scrollsAside() {
        const frames = document.querySelectorAll(
            ".o_action_manager, .o_action, .o_content, .o_form_view, .o_form_sheet_bg, .o_form_sheet, .modal-body");
        return [document.scrollingElement, ...frames]
            .filter((frame) => !frame.matches(SCROLL) && getComputedStyle(frame).overflowX !== "hidden")
            .filter((frame) => frame.scrollWidth > frame.clientWidth + 1)
            .map((frame) => `${tell(frame)} is ${frame.scrollWidth} wide, and ${frame.clientWidth} fit`);
    }

    /** Tell where something lies below the edge of the page and nothing scrolls to it. */
    function outOfReach() {
        return [...document.querySelectorAll(".o_action_manager")]
            .filter((frame) => getComputedStyle(frame).overflowY === "hidden")
            .filter((frame) => frame.scrollHeight > frame.clientHeight + 1)
            .map((frame) => `${tell(frame)} is ${frame.scrollHeight} high, and only ${frame.clientHeight} are reached`);
    }

    /** Return what is pressed where this element is seen: a box with its label, or the cell around it. */
    const target = (element) =>
        (element.matches("input") && element.closest("label, td, th, .form-check, .o_radio_item")) || element;

    function smallTargets() {
        return [...document.querySelectorAll(`.o_action_manager :is(${PRESSED}), .modal :is(${PRESSED})`)]
            .filter((element) => isSeen(element) && !element.disabled && !element.closest(SMALL))
            .map((element) => [element, target(element).getBoundingClientRect()])
            .filter(([, { width, height }]) => width && height && Math.min(width, height) < THUMB - 0.5)
            .map(([element, { width, height }]) => `${tell(element)} is ${Math.round(width)}×${Math.round(height)}`);
    }

    async function violations() {
        const { violations: found } = await axe.run(
            { include: [".o_action_manager", ".o-overlay-container"], exclude: `${BARS}, ${HISTORY}`.split(", ") },
            { resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], elementRef: true });
        return found
            .filter(({ impact }) => ["serious", "critical"].includes(impact))
            .flatMap(({ id, nodes }) => nodes
                .filter(({ element }) => !(id in KNOWN && element.matches(KNOWN[id])))
                .map(({ html, any }) => `${id}: ${html.slice(0, 200)} ${any[0]?.data?.contrastRatio ?? ""}`));
    }

    /** Return what is wrong on the screens, by their names. */
    window.autoLeadCheckScreens = async () => {
        const wrong = {};
        for (const name of autoLeadScreens.names()) {
            let found;
            try {
                await autoLeadScreens.open(name);
                found = [
                    ...scrollsAside(), ...outOfReach(), ...(innerWidth < PHONE ? smallTargets() : []),
                    ...await violations(),
                ];
            } catch (error) {
                found = [error.stack];
            }
            if (found.length) {
                wrong[name] = found;
            }
        }
        return wrong;
    };
})();
