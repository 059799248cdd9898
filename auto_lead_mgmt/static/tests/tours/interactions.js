/**
 * Count what a person does between two steps of a tour: presses, and fields that are typed into.
 *
 * A press on a field in which one then types counts once.
 *
 * @returns {{start: Object, atMost: Function}} the step that begins to count, and a function of the most interactions
 *      that returns the step that checks them
 */
export function countInteractions() {
    let presses = 0;
    let fields = new Set();
    const listen = (name, heard) => document.addEventListener(name, heard, { capture: true });
    return {
        start: {
            content: "count from here",
            trigger: "body",
            run() {
                presses = 0;
                fields = new Set();
                listen("click", ({ target }) => {
                    if (!target.closest("input:not([type=checkbox]):not([type=radio]), textarea")) {
                        presses++;
                    } else {
                        fields.add(target);
                    }
                });
                listen("input", ({ target }) => {
                    if (!target.matches("[type=checkbox], [type=radio]")) {
                        fields.add(target);
                    }
                });
            },
        },
        atMost: (most) => ({
            content: `in at most ${most} interactions`,
            trigger: "body",
            run() {
                const count = presses + fields.size;
                if (!count || count > most) {
                    throw new Error(`${count} interactions, and not at most ${most}`);
                }
            },
        }),
    };
}
