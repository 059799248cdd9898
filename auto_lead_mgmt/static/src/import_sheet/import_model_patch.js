import { BaseImportModel } from "@base_import/import_model";
import { _t } from "@web/core/l10n/translation";
import { unique } from "@web/core/utils/arrays";
import { patch } from "@web/core/utils/patch";

import { SheetReport } from "./sheet_report";

/** The import screen of customers asks the server for a registration sheet, and keeps what it answers. */
patch(BaseImportModel.prototype, {
    setResModel(resModel) {
        super.setResModel(resModel);
        if (resModel === "crm.lead") {
            this.autoSheet = new SheetReport();
            Object.assign(this.importOptionsValues, {
                // Left undefined, it is not sent, and the server decides.
                auto_registrations: {
                    reloadParse: true,
                    value: undefined,
                    chosen: this.context.auto_lead_registrations ? true : undefined,
                },
                auto_good_lines: { value: undefined },
            });
        }
    },

    get isRegistrationSheet() {
        return Boolean(this.importOptionsValues.auto_registrations?.value);
    },

    setOption(name, value) {
        if (name === "auto_registrations") {
            this.importOptionsValues.auto_registrations.chosen = value;
        }
        return super.setOption(...arguments);
    },

    async updateData() {
        if (!this.autoSheet) {
            return super.updateData(...arguments);
        }
        const { auto_registrations: registrations, auto_good_lines: goodLines } = this.importOptionsValues;
        registrations.value = registrations.chosen;
        goodLines.value = undefined;
        const result = await super.updateData(...arguments);
        const headings = this.importOptions.has_headers ? 1 : 0;
        this.autoSheet = new SheetReport(result.error ? 0 : result.res.num_rows - headings);
        return result;
    },

    async executeImport(isTest) {
        if (!this.isRegistrationSheet) {
            return super.executeImport(...arguments);
        }
        const { autoSheet: sheet } = this;
        sheet.bad = [];
        sheet.tested = 0;
        sheet.next = this.importOptions.skip;
        const answer = await super.executeImport(...arguments);
        // Odoo would start anew after a test or a fault. A batch that is imported is not imported again.
        this.setOption("skip", sheet.next);
        const { hasError, nextrow } = answer.res;
        if (isTest && !hasError) {
            this._addMessage("info", [_t("%s lines read", sheet.tested)]);
        }
        sheet.isDone = !isTest && !hasError && !nextrow;
        if (sheet.isDone || !sheet.isStarted) {
            this.setOption("auto_good_lines", undefined);
        }
        return answer;
    },

    async _callImport(isTest) {
        const answer = await super._callImport(...arguments);
        if (!this.isRegistrationSheet || answer.error) {
            return answer;
        }
        const { autoSheet: sheet } = this;
        const { ids, messages = [], nextrow, auto_bad: bad, auto_summary: summary } = answer;
        sheet.bad = bad || sheet.bad;
        if (!ids || messages.some(({ type }) => type !== "warning")) {
            return answer;
        }
        this._warn(messages);
        sheet.tested += summary.read;
        if (!isTest) {
            sheet.batches.push(summary);
            sheet.next = nextrow || 0;
        }
        return { ...answer, messages: [] };
    },

    /** Say once, in one box, what is no fault of the sheet. */
    _warn(messages) {
        const said = this.importMessages.flatMap(({ lines }) => lines);
        const lines = unique(messages.map(({ message }) => message)).filter((line) => !said.includes(line));
        if (lines.length) {
            this._addMessage("warning", lines);
        }
    },

    /** The report of bad lines takes the place of what Odoo says of their columns. */
    _handleImportErrors(messages, name) {
        if (!this.autoSheet?.bad.length) {
            return super._handleImportErrors(messages, name);
        }
        this._warn(messages.filter(({ type }) => type === "warning"));
        const rest = messages.filter(({ type, field }) => type !== "warning" && !field);
        return !rest.length || super._handleImportErrors(rest, name);
    },
});
