import logging

from odoo import api, models
from odoo.fields import Domain

from .auto_lead_dashboard import LEDGER, PARTS, is_summed

_logger = logging.getLogger(__name__)

# what a spec may say, by the list in which it stands
COUNTED = {"key", "label", "formula", "model", "measure", "kinds", "flags", "domain", "day", "action"}
KEYS = {
    "tiles": COUNTED | {"formula_by_order", "trend", "beside", "make", "report", "better", "money"},
    "beside": COUNTED | {"report", "money"},
    "trend": COUNTED | {"money"},
    "charts": COUNTED | {"chart", "field", "series", "make"},
    "series": COUNTED,
    "rates": {"key", "label", "formula", "model", "measure", "day", "action", "numerator", "denominator", "make"},
    "numerator": COUNTED | {"report"}, "denominator": COUNTED | {"report"},
    "columns": COUNTED | {"numerator", "denominator", "make", "report", "money"},
    "report": COUNTED | {"report"},
}
NEEDED = {
    "tiles": ("label", "formula"), "beside": ("label", "formula"), "trend": ("label",), "report": ("label",),
    "charts": ("label", "formula", "chart"),
    "rates": ("label", "formula", "numerator", "denominator"), "columns": ("label", "formula")}
# whether more of a figure is good or bad
BETTER = ("more", "less")
REPORT_KEYS = {"key", "label", "place", "by_consultant", "heading", "in_brackets"}
NUMBERS = ("integer", "float", "monetary")
# types of fields by which a chart can be grouped
GROUPS = ("many2one", "selection", "char")


class SpecError(TypeError):
    """A figure that cannot be counted as it is described."""


class AutoLeadDashboard(models.AbstractModel):
    """The start fails where a figure cannot be counted as its spec says: it would show nothing over rows that exist."""
    _inherit = "auto.lead.dashboard"

    def _register_hook(self):
        result = super()._register_hook()
        self._check_specs()
        return result

    @api.model
    def _check_specs(self):
        """Check all specs.

        :raises SpecError: naming the spec and what is wrong with it
        """
        lists = {
            "tiles": self._tile_specs(), "charts": self._chart_specs(), "rates": self._rate_specs(),
            "columns": self._consultant_columns(), "report": self._report_specs()}
        for place, specs in lists.items():
            for spec in specs:
                self._check_keys(place, spec)
        tiles = {spec["key"] for spec in lists["tiles"] if not isinstance(spec.get("beside"), str)}
        for spec in lists["tiles"]:
            if isinstance(spec.get("beside"), str) and (spec["beside"] not in tiles or spec.get("make")):
                self._refuse(spec, f"there is no tile {spec['beside']}, or the figure can only stand by itself")
        full = self._all_specs()
        shown = [tile for spec in full["tiles"] for tile in (spec, *spec.get("beside", ()))]
        for specs in (shown + full["charts"] + full["rates"], full["columns"]):
            keys = set()
            for spec in specs:
                if spec["key"] in keys:
                    self._refuse(spec, "another figure has this key")
                keys.add(spec["key"])
        for place, specs in full.items():
            for spec in specs:
                self._check_counting(place, spec)
        self._check_report()

    @api.model
    def _refuse(self, spec, why):
        raise SpecError(f"auto.lead.dashboard: spec {spec.get('key') or spec.get('label')!r}: {why}")

    @api.model
    def _check_keys(self, place, spec):
        """Check that a spec has the keys that it needs, and none that says nothing."""
        own = place in ("trend", "numerator", "denominator")
        if not own and not str(spec.get("key") or "").isidentifier():
            self._refuse(spec, "a key is a word of letters, digits and underscores")
        if spec.get("make"):
            if not callable(getattr(self, spec["make"], None)):
                self._refuse(spec, f"there is no method {spec['make']}")
        elif unknown := spec.keys() - KEYS[place]:
            self._refuse(spec, f"unknown keys {sorted(unknown)}; there are {sorted(KEYS[place])}")
        else:
            for name in NEEDED.get(place, ()):
                if not spec.get(name):
                    self._refuse(spec, f"{name} is missing")
            if isinstance(spec.get("kinds"), str):
                self._refuse(spec, "kinds is a list")
            counts = spec.get("kinds") or "domain" in spec
            if not counts and "series" not in spec and "numerator" not in spec:
                self._refuse(spec, "kinds or a domain are missing")
        if spec.get("better") not in (None, *BETTER):
            self._refuse(spec, f"better={spec['better']!r}: it is \"more\" or \"less\"")
        for name, several in PARTS.items():
            part = spec.get(name)
            if part and (part is not True or several) and not isinstance(part, str):
                if several and not isinstance(part, (list, tuple)):
                    self._refuse(spec, f"{name} is a list of specs, or the key of a tile")
                for one in part if several else [part]:
                    self._check_keys(name, one)

    @api.model
    def _check_counting(self, place, spec):
        """Check that there is what a spec, with its defaults, counts."""
        if spec["model"] not in self.env:
            self._refuse(spec, f"there is no model {spec['model']}")
        fields = self.env[spec["model"]]._fields
        if spec["kinds"] and spec["model"] != LEDGER:
            self._refuse(spec, "kinds are of the ledger: another model takes a domain")
        known = {kind for kind, _label in self.env[LEDGER]._fields["kind"].selection}
        for kind, flags in spec["kinds"].items():
            if kind not in known:
                self._refuse(spec, f"there is no kind {kind} of ledger rows")
            for flag in flags:
                if flag not in fields or fields[flag].type != "boolean":
                    self._refuse(spec, f"{flag} is no flag of the ledger")
        if not spec.get("make") and "numerator" not in spec and "series" not in spec:
            self._check_measure(spec, fields)
            self._check_records(place, spec, fields)
        if spec.get("action"):
            action = self.env.ref(spec["action"], raise_if_not_found=False)
            if not action:
                # people can delete it: the figure opens its records without it
                _logger.error("auto.lead.dashboard: spec %r: there is no action %s", spec.get("key"), spec["action"])
            elif action._name != "ir.actions.act_window" or action.res_model != spec["model"]:
                self._refuse(spec, f"{spec['action']} is no action that shows {spec['model']}")
        if place == "trend" and not spec.get("day"):
            self._refuse(spec, "a trend needs a day")
        if place == "charts" and "field" in spec and (
                spec["field"] not in fields or not fields[spec["field"]].store
                or fields[spec["field"]].type not in GROUPS):
            self._refuse(spec, f"{spec['field']} is no stored field by which a chart can be grouped")
        if place == "charts" and not (spec.get("make") or spec.get("field") or spec.get("series")):
            self._refuse(spec, "field or series are missing")
        if place == "columns" and not spec.get("make") and "user_id" not in (
                fields if "numerator" not in spec else self.env[spec["numerator"]["model"]]._fields):
            self._refuse(spec, "a column needs the field user_id, the consultant")
        for name, several in PARTS.items():
            for part in (spec.get(name) or ()) if several else filter(None, [spec.get(name)]):
                self._check_counting(name, part)

    @api.model
    def _check_measure(self, spec, fields):
        """Check that a measure can be added up."""
        name, distinct = spec["measure"].partition(":")[::2]
        field = fields.get(name)
        counts = spec["measure"] == "__count" or (field and field.store and field.column_type and (
            distinct == "count_distinct" or (not distinct and field.type in NUMBERS)))
        if not counts:
            self._refuse(spec, f"{spec['measure']} is no measure of {spec['model']}")
        if spec.get("money") and not (is_summed(spec) and field.type == "monetary"):
            self._refuse(spec, "money is a monetary measure of ledger rows, by kinds and without a domain")
        if spec.get("money") and spec.get("report"):
            self._refuse(spec, "the daily report does not know money")

    @api.model
    def _check_records(self, place, spec, fields):
        """Check the domain of a spec and the day by which the period narrows it."""
        if spec.get("day") and (spec["day"] not in fields or fields[spec["day"]].type != "date"):
            self._refuse(spec, f"{spec['day']} is no field of {spec['model']} that holds a date (Date)")
        if "domain" in spec and not callable(spec["domain"]):
            try:
                Domain(spec["domain"]).validate(self.env[spec["model"]])
            except ValueError as error:
                self._refuse(spec, f"the domain does not fit {spec['model']}: {error}")

    @api.model
    def _check_report(self):
        """Check what the specs say of the daily report."""
        keys = set()
        for spec in [*self._counted_parts(self._all_specs()), *self._report_specs()]:
            told = spec.get("report")
            if not told:
                continue
            if told not in (True, "total", "column") and not isinstance(told, dict):
                self._refuse(spec, f"report={told!r}: it is \"total\", \"column\" or a dict")
            told = told if isinstance(told, dict) else {}
            if told.keys() - REPORT_KEYS:
                self._refuse(spec, f"unknown keys {sorted(told.keys() - REPORT_KEYS)} of its report")
            key = told.get("key") or spec.get("key")
            if not key or key in keys:
                self._refuse(spec, f"no key in the report, or another figure has it: {key}")
            keys.add(key)
        found = self._report_figures()
        for spec in found.values():
            self._check_counting("report", {**spec, "report": None})
            fields = self.env[spec["model"]]._fields
            if not spec.get("day") or callable(spec.get("domain")):
                self._refuse(spec, "the daily report needs a day, and a domain that does not differ from page to page")
            if spec["by_consultant"] and (":" in spec["measure"] or "user_id" not in fields):
                self._refuse(spec, "a column of the report needs a measure that adds up, and the field user_id")
            if spec.get("in_brackets") and not found.get(spec["in_brackets"], {}).get("heading"):
                self._refuse(spec, f"there is no column {spec['in_brackets']}")
