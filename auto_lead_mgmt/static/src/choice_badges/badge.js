import { Component } from "@odoo/owl";

/** One choice as a badge, which can be pressed by the keyboard too. */
export class Badge extends Component {
    static template = "auto_lead_mgmt.Badge";
    static props = { isChosen: Boolean, press: Function, slots: Object };
}
