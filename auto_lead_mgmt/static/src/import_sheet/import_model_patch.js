import { BaseImportModel } from "@base_import/import_model";
import { _t } from "@web/core/l10n/translation";
import { unique } from "@web/core/utils/arrays";
import { patch } from "@web/core/utils/patch";
import { formatInteger } from "@web/views/fields/formatters";

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
        const { autoSheet: sheet } = this;
        if (!sheet) {
            return super.executeImport(...arguments);
        }
        Object.assign(sheet, { refused: [], next: undefined, tested: 0 });
        const answer = await super.executeImport(...arguments);
        const { hasError, nextrow } = answer.res;
        sheet.isDone = !isTest && !hasError && !nextrow && sheet.isStarted;
        if (sheet.isDone || !sheet.isStarted) {
            this.setOption("auto_good_lines", undefined);
        }
        if (sheet.next !== undefined) {
            // Odoo would start anew after a test or a fault. A batch that is imported is not imported again.
            this.setOption("skip", sheet.next);
        }
        if (isTest && !hasError && sheet.tested) {
            this._addMessage("info", [_t("%s lines read", formatInteger(sheet.tested))]);
        }
        return answer;
    },

    async _callImport(isTest) {
        const answer = await super._callImport(...arguments);
        const { autoSheet: sheet } = this;
        const { ids, messages, nextrow, auto_bad: bad, auto_summary: summary } = answer;
        if (!sheet || !summary) {
            return answer;
        }
        sheet.next ??= this.importOptions.skip;
        if (!ids) {
            sheet.refused = bad;
            return answer;
        }
        this._warn(messages);
        if (isTest) {
            sheet.tested += summary.read;
        } else {
            sheet.batches.push({ ...summary, bad });
            sheet.next = nextrow;
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

    /** The report of bad lines takes the place of what Odoo says of lines and columns. */
    _handleImportErrors(messages, name) {
        const rest = this.autoSheet?.refused.length
            ? messages.filter(({ record }) => !Number.isInteger(record))
            : messages;
        return !rest.length || super._handleImportErrors(rest, name);
    },
});
