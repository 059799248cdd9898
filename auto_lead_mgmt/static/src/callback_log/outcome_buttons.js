import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { pick } from "@web/core/utils/objects";
import { getFieldDomain } from "@web/model/relational_model/utils";
import { useSpecialData } from "@web/views/fields/relational_utils";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * The outcomes of a call as large buttons. An outcome that leaves nothing else to say is logged when it is pressed, so
 * an unanswered call costs two taps.
 */
export class OutcomeButtons extends Component {
    static template = "auto_lead_mgmt.OutcomeButtons";
    static props = {
        ...standardFieldProps,
        domain: { type: [Array, Function], optional: true },
        log: { type: String, optional: true },
    };

    setup() {
        this.isLogging = false;
        this.outcomes = useSpecialData((orm, { record, name, domain }) =>
            orm.call(record.fields[name].relation, "search_read", [
                getFieldDomain(record, name, domain),
                ["display_name", "at_once"],
            ])
        );
    }

    get value() {
        return this.props.record.data[this.props.name]?.id;
    }

    /** @param {{id: number, display_name: string, at_once: boolean}} outcome */
    async onPressed(outcome) {
        const { record, name, log } = this.props;
        if (this.isLogging) {
            // A second tap would log the next callback too.
            return;
        }
        this.isLogging = Boolean(outcome.at_once && log);
        try {
            await record.update({ [name]: pick(outcome, "id", "display_name") });
            if (this.isLogging) {
                await this.env.onClickViewButton({
                    clickParams: { name: log, type: "object" },
                    getResParams: () => pick(record, "context", "evalContext", "resModel", "resId", "resIds"),
                });
            }
        } finally {
            this.isLogging = false;
        }
    }
}

registry.category("fields").add("auto_outcome_buttons", {
    component: OutcomeButtons,
    displayName: _t("Outcome Buttons"),
    supportedTypes: ["many2one"],
    extractProps: ({ options }, dynamicInfo) => ({ domain: dynamicInfo.domain, log: options.log }),
});
