import { ImportAction } from "@base_import/import_action/import_action";
import { ImportDataContent } from "@base_import/import_data_content/import_data_content";
import { downloadFile } from "@web/core/network/download";
import { unique } from "@web/core/utils/arrays";
import { pick } from "@web/core/utils/objects";
import { patch } from "@web/core/utils/patch";
import { useSetupAction } from "@web/search/action_hook";

import { BadLines } from "./bad_lines";
import { SheetSummary } from "./sheet_summary";

// What the model keeps while the user looks at the imported customers
const KEPT = [
    "id", "fields", "columns", "importMessages", "importOptionsValues", "fieldsToHandle", "autoSheet",
];

patch(ImportAction, {
    components: { ...ImportAction.components, BadLines, SheetSummary },
});

// The report stands among what Odoo says of the file, above its columns; after the import it stands alone.
patch(ImportDataContent, {
    props: {
        ...ImportDataContent.props,
        isImported: { type: Boolean, optional: true },
        slots: { type: Object, optional: true },
    },
});

patch(ImportAction.prototype, {
    setup() {
        super.setup();
        useSetupAction({
            getLocalState: () =>
                this.autoSheet?.isStarted && { model: pick(this.model, ...KEPT), state: { ...this.state } },
        });
    },

    async onWillStart() {
        await super.onWillStart();
        Object.assign(this.model, this.props.state?.model);
        Object.assign(this.state, this.props.state?.state);
    },

    get autoSheet() {
        return this.model.autoSheet;
    },

    async onOptionChanged() {
        this.forgetBadLines();
        await super.onOptionChanged(...arguments);
    },

    onFieldChanged() {
        this.forgetBadLines();
        super.onFieldChanged(...arguments);
    },

    /** What was bad as the sheet was read before may be good now. */
    forgetBadLines() {
        if (this.autoSheet) {
            this.autoSheet.refused = [];
        }
    },

    async handleImport() {
        await super.handleImport(...arguments);
        if (this.autoSheet?.isStarted) {
            this.state.isPaused = !this.autoSheet.isDone;
        }
    },

    importGoodLines() {
        this.model.setOption("auto_good_lines", true);
        return this.handleImport(false);
    },

    /** After a registration sheet the summary is shown, from which its customers are opened. */
    openRecords() {
        if (!this.autoSheet?.isDone) {
            super.openRecords(...arguments);
        }
    },

    openCustomers(name, ids) {
        const viewOf = (type) => this.action?.views.find((view) => view[1] === type) || [false, type];
        return this.actionService.doAction({
            type: "ir.actions.act_window",
            name,
            res_model: this.resModel,
            views: ["list", "form"].map(viewOf),
            domain: [["id", "in", unique(ids)]],
            context: { active_test: false },
            target: "current",
        });
    },

    async downloadBadLines() {
        const { orm, id, formattedImportOptions, autoSheet } = this.model;
        const { name, content } = await orm.call("base_import.import", "auto_bad_lines", [
            id,
            formattedImportOptions,
            autoSheet.reasons,
        ]);
        downloadFile(`data:application/octet-stream;base64,${content}`, name);
    },
});
