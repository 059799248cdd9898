import { Component, markup, onWillStart, useRef, useState } from "@odoo/owl";

import { browser } from "@web/core/browser/browser";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { user } from "@web/core/user";

// What is shown of a screen that has no chapter of its own
const GENERAL = "general";

/**
 * Read the manual in the language of the person. It is built from docs/manual*.md by scripts/build_manual.py and shipped
 * with the addon; the browser asks whether its copy is still that of the server.
 */
async function readManual() {
    const language = user.lang.startsWith("zh") ? "zh_CN" : "en";
    const response = await browser.fetch(`/auto_lead_mgmt/static/help/${language}.json`, { cache: "no-cache" });
    if (!response.ok) {
        throw new Error(`${response.status}`);
    }
    return response.json();
}

/** What the manual says of a screen, and below it the chapters. */
export class HelpDialog extends Component {
    static template = "auto_lead_mgmt.HelpDialog";
    static components = { Dialog };
    static props = {
        close: Function,
        /** Names under which the manual may know the screen, the first that it knows counts */
        names: { type: Array, element: String },
    };

    setup() {
        this.text = useRef("text");
        this.state = useState({ manual: null, chapter: null, failed: false });
        onWillStart(async () => {
            try {
                this.state.manual = await readManual();
            } catch {
                this.state.failed = true;
            }
        });
    }

    get title() {
        return this.state.chapter?.title || _t("Help");
    }

    get parts() {
        const { chapter, manual } = this.state;
        const { parts, screens } = manual;
        const name = this.props.names.find((candidate) => candidate in screens) || GENERAL;
        // markup: the text comes from our own static folder, and nobody writes there
        return (chapter?.parts || screens[name]).map((index) => markup(parts[index]));
    }

    show(chapter) {
        this.state.chapter = chapter;
        this.text.el?.scrollIntoView();
    }
}
