import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { expect, test } from "@odoo/hoot";
import { click, queryOne } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";

import { mountWithCleanup } from "@web/../tests/web_test_helpers";

import { FormulaHint } from "@auto_lead_mgmt/today/formula_hint";

// the services of Odoo's mail, which every component is mounted with, ask for them
defineMailModels();

const BUTTON = "button.o_auto_hint";

test("tells the formula on hover, and to a screen reader whose it is", async () => {
    await mountWithCleanup(FormulaHint, { props: { label: "Won", formula: "Purchases confirmed" } });
    expect(BUTTON).toHaveAttribute("title", "Purchases confirmed");
    expect(queryOne(`${BUTTON} [role=img]`)).toHaveAttribute(
        "aria-label",
        "How is this counted: Won"
    );
});

test("a tap shows the formula, another one hides it", async () => {
    await mountWithCleanup(FormulaHint, { props: { label: "Won", formula: "Purchases <confirmed>" } });
    expect(".o_auto_formula").toHaveCount(0);
    expect(BUTTON).toHaveAttribute("aria-expanded", "false");

    await click(BUTTON);
    await animationFrame();
    expect(".o_auto_formula").toHaveText("Purchases <confirmed>");
    expect(BUTTON).toHaveAttribute("aria-expanded", "true");

    await click(BUTTON);
    await animationFrame();
    expect(".o_auto_formula").toHaveCount(0);
    expect(BUTTON).toHaveAttribute("aria-expanded", "false");
});
