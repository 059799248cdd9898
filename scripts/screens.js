/* The screens of the app, opened one after the other in a page of the web client: for pictures and for checks. */
/* global odoo */

(() => {
    const ADDON = "auto_lead_mgmt";
    const env = odoo.__WOWL_DEBUG__.root.env;
    const { action, dialog, menu, orm } = env.services;
    const { rpcBus } = odoo.loader.modules.get("@web/core/network/rpc");
    const awaited = new Set();
    let changed = 0;

    rpcBus.addEventListener("RPC:REQUEST", ({ detail }) => awaited.add(detail.data.id));
    rpcBus.addEventListener("RPC:RESPONSE", ({ detail }) => awaited.delete(detail.data.id));
    new MutationObserver(() => (changed = performance.now())).observe(document.body, {
        attributes: true,
        childList: true,
        subtree: true,
    });

    const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

    /** Wait until no answer of the server is awaited and the page has stood still for a moment. */
    async function settle() {
        const start = performance.now();
        let still = start;
        while (performance.now() - still < 150) {
            if (performance.now() - start > 20000) {
                throw new Error("The screen does not come to rest");
            }
            await sleep(30);
            if (awaited.size || document.querySelector(".o_blockUI, .o_skeleton, .o_auto_loading") || changed > still) {
                still = performance.now();
            }
        }
        await document.fonts.ready;
    }

    async function click(selector) {
        const button = document.querySelector(selector);
        if (!button) {
            throw new Error(`Nothing to press: ${selector}`);
        }
        button.click();
        await settle();
    }

    /** Return a function that opens the form of the first record of a domain, as an action of the addon shows it. */
    const first = (xmlid, model, domain, order) => async () => {
        const [resId] = await orm.search(model, domain, { limit: 1, order });
        if (!resId) {
            throw new Error(`No record of ${model} to show`);
        }
        await action.doAction(`${ADDON}.action_auto_lead_${xmlid}`, {
            clearBreadcrumbs: true,
            viewType: "form",
            props: { resId },
        });
    };

    const OPEN = [["auto_workflow", "=", true], ["auto_decided", "=", "open"], ["review_state", "=", "approved"],
        ["last_contact_date", "!=", false]];
    const WON = [["auto_workflow", "=", true], ["auto_decided", "=", "won"], ["delivered_date", "=", false]];
    const card = first("customer_all", "crm.lead", OPEN, "id");
    const press = (...selectors) => async () => {
        await card();
        for (const selector of selectors) {
            await settle();
            await click(selector);
        }
    };
    const header = (text) => `.o_form_statusbar [name='${text}'], .o-dropdown--menu [name='${text}']`;

    // what no menu opens, by name
    const BESIDE_THE_MENU = {
        card,
        card_log: press(header("action_open_callback_log")),
        order: first("order", "crm.lead", WON, "id"),
        request: first("review_all", "auto.lead.review", [["state", "=", "pending"]], "id"),
    };

    const leaves = (item) => (item.childrenTree.length ? item.childrenTree.flatMap(leaves) : [item]);

    const app = menu.getApps().find((item) => item.xmlid === `${ADDON}.menu_auto_lead_root`);

    /** Return the names of the screens that this user has, menus first. */
    function names() {
        const items = leaves(menu.getMenuAsTree(app.id)).filter((item) => item.xmlid.startsWith(`${ADDON}.`));
        return [...items.map((item) => item.xmlid.split(".menu_auto_lead_")[1]), ...Object.keys(BESIDE_THE_MENU)];
    }

    /** Open a screen by its name, and return when all of it is there. */
    async function open(name) {
        dialog.closeAll();
        await settle();
        const show = () => {
            if (name in BESIDE_THE_MENU) {
                menu.setCurrentMenu(app);
                return BESIDE_THE_MENU[name]();
            }
            return menu.selectMenu(menu.getAll().find((each) => each.xmlid === `${ADDON}.menu_auto_lead_${name}`));
        };
        // An action that another one overtakes never ends: the home page may still have been opening.
        const overtaken = await Promise.race([show(), sleep(15000).then(() => true)]);
        if (overtaken === true) {
            await show();
        }
        await settle();
        if (document.querySelector("canvas")) {
            // a chart grows for a second
            await sleep(1100);
        }
    }

    window.autoLeadScreens = { names, open };
})();
