import { onMounted, onWillDestroy } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { pick } from "@web/core/utils/objects";
import { formView } from "@web/views/form/form_view";

import { registerDraft } from "./register_draft";

// what somebody types or chooses; the rest follows from it
const TYPED = ["phone", "contact_name", "wechat", "email_from", "description", "skip_reason"];
const CHOSEN = [
    "salutation",
    "no_contact_left",
    "purchase_type",
    "medium_id",
    "source_id",
    "vehicle_brand_id",
    "vehicle_model_id",
    "user_id",
    "intent_grade_id",
];

// dialogs that are open
let opened = 0;

/** The dialog of the desk: what is typed survives a closed tab, until it is registered or discarded. */
export class RegisterFormController extends formView.Controller {
    setup() {
        super.setup();
        this.notification = useService("notification");
        // "Register and Next" opens a dialog before the one that has registered is closed
        const isNext = opened > 0;
        opened++;
        onMounted(() => this.restore(isNext));
        // a closed tab destroys nothing; whoever has registered or discarded leaves nothing
        onWillDestroy(() => {
            opened--;
            registerDraft.wipe();
        });
    }

    get modelParams() {
        const params = super.modelParams;
        params.hooks.onRecordChanged = () => this.keep();
        return params;
    }

    get isNew() {
        return !this.model.root.resId;
    }

    /** Keep what the form holds, and what is being typed in one of its fields. */
    keep(typed = {}) {
        const { data } = this.model.root;
        if (data.draft_until) {
            const chosen = pick(data, ...TYPED, ...CHOSEN);
            // whose turn it is may have changed when the draft is opened again
            if (chosen.user_id && chosen.user_id.id === data.next_user_id?.id) {
                delete chosen.user_id;
            }
            const values = Object.fromEntries(
                Object.entries({ ...chosen, ...typed })
                    .filter(([, value]) => value)
                    .map(([name, value]) => [
                        name,
                        value.id ? pick(value, "id", "display_name") : value,
                    ])
            );
            registerDraft.keep(values, data.draft_until.toMillis());
        }
    }

    /** @param {boolean} isNext begin with an empty form */
    async restore(isNext) {
        const root = this.rootRef.el;
        root.addEventListener("input", ({ target }) => {
            const name = target.closest("[name]")?.getAttribute("name");
            if (TYPED.includes(name)) {
                this.keep({ [name]: target.value });
            }
        });
        const values = isNext ? {} : registerDraft.read();
        if (TYPED.some((name) => values[name]) && this.isNew) {
            await this.model.root.update(values);
            this.notification.add(_t("This registration was not finished. Go on with it, or discard it."), {
                type: "info",
            });
        }
    }
}

registry.category("views").add("auto_lead_register_form", {
    ...formView,
    Controller: RegisterFormController,
});
