/* global luxon */

import { registry } from "@web/core/registry";

const CUSTOMERS = 50;
const YESTERDAY = luxon.DateTime.now().minus({ days: 1 }).toISODate();

// what is wrong, by the line of the file
const BAD_CELLS = {
    5: { 电话: "1.39E+10" },
    12: { 登记时间: "大约在春天" },
    23: { 销售顾问: "无此顾问" },
    34: { 电话: "打座机" },
    45: { 付款方式: "以物易物" },
};

/** Return a registration sheet as a dealer has it. */
function makeSheet() {
    const rows = [...Array(CUSTOMERS).keys()].map((place) => ({
        登记时间: YESTERDAY,
        客户姓名: `客户${place + 1}`,
        电话: `${13912340000 + place}`,
        付款方式: "贷款",
        销售顾问: "consultant",
        ...BAD_CELLS[place + 2],
    }));
    const lines = [Object.keys(rows[0]), ...rows.map((row) => Object.values(row))];
    return new File([lines.join("\n")], "登记表.csv", { type: "text/csv" });
}

const linesAre = (...expected) => ({
    content: `the report is of the lines ${expected}`,
    trigger: ".o_auto_bad_lines tbody",
    run() {
        const lines = [...this.anchor.querySelectorAll("tr")].map((row) => row.cells[0].textContent);
        if (lines.join() !== expected.join()) {
            throw new Error(`The report is of the lines ${lines}`);
        }
        if (document.querySelector(".o_import_report, .o_import_data_content .alert-danger")) {
            throw new Error("Odoo says the same again");
        }
    },
});

registry.category("web_tour.tours").add("auto_lead_import", {
    steps: () => [
        { trigger: ".o_list_view .o_cp_action_menus .dropdown-toggle", run: "click" },
        { trigger: ".o_import_menu", run: "click" },
        {
            content: "upload the sheet",
            trigger: ".o_control_panel_main_buttons .o_import_file",
            run() {
                const input = document.querySelector(".o_control_panel .o_input_file");
                const transfer = new DataTransfer();
                transfer.items.add(makeSheet());
                input.files = transfer.files;
                input.dispatchEvent(new Event("change"));
            },
        },
        { content: "it is one of registrations", trigger: ".o_auto_registrations input:checked" },
        { content: "test it", trigger: ".o_control_panel_main_buttons .btn-primary", run: "click" },
        linesAre(...Object.keys(BAD_CELLS)),
        { content: "import the others", trigger: ".o_auto_import_others:contains(45)", run: "click" },
        {
            content: "the bad ones are left out",
            trigger: ".o_auto_sheet_summary [data-kind=left_out] .o_auto_count:contains(5)",
        },
        linesAre(...Object.keys(BAD_CELLS)),
        {
            content: "open the new customers",
            trigger: ".o_auto_sheet_summary [data-kind=new] button.o_auto_count:contains(45)",
            run: "click",
        },
        { trigger: ".o_list_view .o_data_row:nth-child(45)" },
        { content: "there are no others", trigger: ".o_list_view:not(:has(.o_data_row:nth-child(46)))" },
        { content: "go back to the summary", trigger: ".o_back_button", run: "click" },
        { trigger: ".o_auto_sheet_summary [data-kind=new] button.o_auto_count:contains(45)" },
    ],
});
