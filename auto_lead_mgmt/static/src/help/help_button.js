import { Component } from "@odoo/owl";

import { useService } from "@web/core/utils/hooks";
import { patch } from "@web/core/utils/patch";
import { ControlPanel } from "@web/search/control_panel/control_panel";
import { ActionDialog } from "@web/webclient/actions/action_dialog";
import { HelpDialog } from "./help_dialog";

const APP = "auto_lead_mgmt.menu_auto_lead_root";
const OURS = /^auto\./;

/** The button "?" of our screens. The manual is read when it is pressed. */
export class HelpButton extends Component {
    static template = "auto_lead_mgmt.HelpButton";
    static props = {
        /** Of a dialog: the model that it shows */
        dialogModel: { type: String, optional: true },
    };

    setup() {
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.menu = useService("menu");
    }

    /** Whether this is a screen of the app, or a dialog of ours in any app. */
    get isShown() {
        const { dialogModel } = this.props;
        if (dialogModel !== undefined) {
            return OURS.test(dialogModel);
        }
        return !this.env.inDialog && this.menu.getCurrentApp()?.xmlid === APP;
    }

    /** What the manual may call the screen: a form is about its record, all else about its action. */
    get names() {
        if (this.props.dialogModel) {
            return [this.props.dialogModel];
        }
        const { action, props, view } = this.action.currentController;
        const names = [action.xml_id?.split(".").pop(), props.resModel || action.res_model, action.tag];
        return (view?.type === "form" ? names.reverse() : names).filter(Boolean);
    }

    open() {
        this.dialog.add(HelpDialog, { names: this.names });
    }
}

// By name a subclass of another addon that was made before would not know the button.
const withHelp = {
    get autoHelpButton() {
        return HelpButton;
    },
};
patch(ControlPanel.prototype, withHelp);
patch(ActionDialog.prototype, withHelp);
