import { expect } from "@odoo/hoot";
import { setInputFiles } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";

import { contains, getService, mockService, models, mountWebClient, onRpc } from "@web/../tests/web_test_helpers";

const IMPORT = "base_import.import";
const ROWS = 50;

export class CrmLead extends models.Model {
    _name = "crm.lead";

    get_import_templates() {
        return [];
    }
}

/** The model of a file that is no registration sheet. */
export class Partner extends models.Model {
    _name = "partner";

    get_import_templates() {
        return [];
    }
}

/** Return the bad cells of so many lines. */
export function makeBad(count) {
    return [...Array(count).keys()].map((place) => ({
        line: place + 2,
        column: "Phone",
        reason: `Reason ${place}`,
    }));
}

/** Return what the server answers when it has imported a batch. */
export function makeAnswer(values = {}) {
    return {
        ids: [1, 2, 3, 3],
        messages: [],
        nextrow: 0,
        name: [],
        auto_bad: [],
        auto_summary: { read: 4, new: [1, 2], repeats: [3, 3], known: [], skipped: 0 },
        ...values,
    };
}

/** Return what the server answers when lines cannot be read. */
export function makeRefusal(bad, messages = []) {
    return {
        ids: false,
        messages: [
            ...messages,
            ...bad.map(({ line, column, reason }) => ({
                type: "error",
                field: column && "phone",
                record: line - 2,
                rows: { from: line - 2, to: line - 2 },
                message: reason,
            })),
        ],
        nextrow: 0,
        name: [],
        auto_bad: bad,
        auto_summary: { read: ROWS, new: [], repeats: [], known: [], skipped: 0 },
    };
}

/**
 * Answer the preview. It is a step that tells what is asked for.
 *
 * @param {boolean} answer whether the server takes the file for a registration sheet, unless it is told
 * @param {number} rows with the headings
 */
export function onPreview(answer = true, rows = ROWS + 1) {
    onRpc(IMPORT, "create", () => 11);
    onRpc(IMPORT, "parse_preview", ({ args: [, options] }) => {
        expect.step(`preview ${options.auto_registrations}`);
        const field = { id: "phone", name: "phone", string: "Phone", fields: [], type: "char" };
        return {
            advanced_mode: true,
            fields: [field],
            headers: ["Phone"],
            header_types: false,
            matches: { 0: ["phone"] },
            num_rows: rows,
            options: { ...options, auto_registrations: options.auto_registrations ?? answer },
            preview: [["139"]],
        };
    });
}

/** Answer each call that tests or imports, in turn. It is a step that tells how it is called. */
export function onImport(...answers) {
    onRpc(IMPORT, "execute_import", ({ args: [, , , options], kwargs }) => {
        const good = options.auto_good_lines ? " good lines" : "";
        expect.step(`${kwargs.dryrun ? "test" : "import"} from ${options.skip}${good}`);
        const answer = answers.shift();
        if (answer instanceof Error) {
            throw answer;
        }
        return answer;
    });
}

/** Open the import screen of a model and load a file on it. */
export async function loadFile(resModel = "crm.lead", context = {}) {
    mockService("http", { post: () => JSON.stringify([{ id: 10, name: "sheet.xlsx" }]) });
    await mountWebClient();
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "import",
        params: { active_model: resModel, context },
    });
    await uploadFile();
}

export async function uploadFile() {
    await contains(".o_control_panel_main_buttons .o_file_input_trigger").click();
    await setInputFiles([new File(["sheet"], "sheet.xlsx")]);
    await animationFrame();
}

export async function press(label) {
    await contains(`.o_control_panel_main_buttons button:contains(${label})`).click();
    await animationFrame();
}
