import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError, RPCError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";

const TOLD = "auto_lead_mgmt.told";
// so many customers are named; the others are counted
const NAMED = 3;

/** What others did with one's customers or requests is told at once, with a button that opens the cards. */
export const toldService = {
    dependencies: ["action", "bus_service", "notification", "orm"],

    start(env, { action, bus_service: bus, notification, orm }) {
        /** Say who these customers are and why a request was returned, as far as one may read it. */
        const describe = async (ids, count) => {
            try {
                const cards = await orm.silent.read("crm.lead", ids.slice(0, NAMED), [
                    "display_name",
                    "returned_text",
                ]);
                const names = cards.map((card) =>
                    [card.display_name, card.returned_text].filter(Boolean).join(": ")
                );
                const more = count - cards.length;
                return [...names, ...(more > 0 ? [_t("and %s more", more)] : [])].join("\n");
            } catch (error) {
                if (error instanceof RPCError || error instanceof ConnectionLostError) {
                    return "";
                }
                throw error;
            }
        };
        const open = (ids, name) =>
            action.doAction({
                type: "ir.actions.act_window",
                name,
                res_model: "crm.lead",
                ...(ids.length === 1
                    ? { res_id: ids[0], views: [[false, "form"]] }
                    : {
                          domain: [["id", "in", ids]],
                          views: [
                              [false, "list"],
                              [false, "form"],
                          ],
                          context: { active_test: false },
                      }),
            });
        bus.subscribe(TOLD, async ({ title, look, lead_ids: ids, count }) => {
            const close = notification.add(ids.length ? await describe(ids, count) : "", {
                title,
                type: look,
                sticky: look !== "success",
                buttons: ids.length
                    ? [
                          {
                              name: _t("Open the Card"),
                              primary: true,
                              onClick: () => {
                                  close();
                                  open(ids, title);
                              },
                          },
                      ]
                    : [],
            });
        });
    },
};

registry.category("services").add("auto_lead_mgmt.told", toldService);
