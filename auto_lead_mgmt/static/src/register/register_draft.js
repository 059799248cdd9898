import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { session } from "@web/session";

// where the browser keeps what somebody was registering; each person of each database has their own place
const PREFIX = "auto_lead_mgmt.register/";

const place = () => `${PREFIX}${session.db}/${user.userId}`;

/**
 * What somebody was registering when the tab was closed. It is kept in the browser until it is registered or discarded,
 * and no longer than to log-out or closing time: desks share machines.
 */
export const registerDraft = {
    /** @returns {Object} values by name, empty where nothing is kept */
    read() {
        const kept = JSON.parse(browser.localStorage.getItem(place()) || "{}");
        return kept.until > Date.now() ? kept.values : {};
    },

    /**
     * @param {Object} values by name
     * @param {number} until closing time, in milliseconds
     */
    keep(values, until) {
        browser.localStorage.setItem(place(), JSON.stringify({ values, until }));
        scheduleWipe(until);
    },

    wipe() {
        browser.localStorage.removeItem(place());
    },

    /** Wipe what is over, and what other people have left on this machine. */
    wipeOthers() {
        const places = Array.from({ length: browser.localStorage.length }, (_, index) =>
            browser.localStorage.key(index)
        );
        for (const key of places.filter((key) => key?.startsWith(PREFIX))) {
            const { until } = JSON.parse(browser.localStorage.getItem(key));
            if (key !== place() || until <= Date.now()) {
                browser.localStorage.removeItem(key);
            } else {
                scheduleWipe(until);
            }
        }
    },
};

let timer;

function scheduleWipe(until) {
    browser.clearTimeout(timer);
    timer = browser.setTimeout(() => registerDraft.wipe(), Math.max(0, until - Date.now()));
}

/**
 * Let the entry of the user menu that logs out wipe the draft first.
 *
 * @param {Function} logOut callable(env) that returns the entry
 */
export const wipingLogOut = (logOut) => (env) => {
    const item = logOut(env);
    return {
        ...item,
        callback: () => {
            registerDraft.wipe();
            item.callback();
        },
    };
};

registry.category("services").add("auto_lead_mgmt.register_draft", {
    start() {
        registerDraft.wipeOthers();
        const menu = registry.category("user_menuitems");
        if (menu.contains("log_out")) {
            menu.add("log_out", wipingLogOut(menu.get("log_out")), { force: true });
        }
    },
});
