from odoo import api, models

LEDGER = "auto.lead.event"
# how a part of a spec is called, and whether there are several of it
PARTS = {"beside": True, "series": True, "trend": False, "numerator": False, "denominator": False}
# the parts that count as the whole does where they say nothing else, and what they take from it
ALIKE = ("series", "numerator", "denominator")
TAKEN = ("label", "model", "measure", "day", "action")


def kinds_of(spec):
    """Return {kind: {flag: bool}}: the kinds of ledger rows that a spec counts, and of each kind which rows."""
    kinds = spec.get("kinds") or ()
    return dict(kinds) if isinstance(kinds, dict) else dict.fromkeys(kinds, spec.get("flags") or {})


def with_defaults(spec):
    """Return a spec with all that it leaves open, its parts too."""
    full = {**spec, "kinds": kinds_of(spec), "model": spec.get("model") or LEDGER}
    full.setdefault("measure", "weight" if full["model"] == LEDGER else "__count")
    if full["model"] == LEDGER:
        full.setdefault("day", "day")
    if full.get("trend") is True:
        full["trend"] = {
            name: value for name, value in spec.items()
            if name in ("label", "model", "measure", "kinds", "flags", "domain", "day", "action", "money")}
    taken = {name: spec[name] for name in TAKEN if name in spec}
    for name, several in PARTS.items():
        if full.get(name):
            parts = [
                with_defaults({**taken, **part} if name in ALIKE else part)
                for part in (full[name] if several else [full[name]])]
            full[name] = parts if several else parts[0]
    return full


def with_places(tiles):
    """Return the list of the specs of tiles; one that stands ``beside`` another tile has its place there."""
    besides = {}
    for tile in tiles:
        if isinstance(tile.get("beside"), str):
            besides.setdefault(tile["beside"], []).append({**tile, "beside": ()})
    return [
        {**tile, "beside": [*tile.get("beside", ()), *besides.get(tile["key"], ())]}
        for tile in tiles if not isinstance(tile.get("beside"), str)]


def is_summed(spec):
    """Tell whether a spec with its defaults is cut from the sums of the ledger rows, or counted by a question of its
    own."""
    return bool(spec["kinds"]) and "domain" not in spec and spec["measure"] != "__count" and ":" not in spec["measure"]


class AutoLeadDashboard(models.AbstractModel):
    """The figures of the Today page and of the daily report, as specs: what is counted follows from them.

    A sibling adds its own to the lists of ``_tile_specs``, ``_chart_specs``, ``_rate_specs`` and
    ``_consultant_columns`` with ``super()``. A spec is a dict; docs/extending.md tells all of its keys.
    """
    _name = "auto.lead.dashboard"
    _description = "Today Page"

    @api.model
    def _specs(self):
        """Return the specs of what the caller may read, in the caller's language.

        :return: dict {'tiles', 'charts', 'rates', 'columns': list of dicts, each with its defaults}
        """
        return {
            name: [spec for spec in map(self._as_readable, specs) if spec]
            for name, specs in self._all_specs().items()}

    @api.model
    def _all_specs(self):
        """Return the same as ``_specs``, whoever may read it."""
        lists = {
            "tiles": with_places(self._tile_specs()), "charts": self._chart_specs(), "rates": self._rate_specs(),
            "columns": self._consultant_columns()}
        return {name: [with_defaults(spec) for spec in specs] for name, specs in lists.items()}

    @api.model
    def _as_readable(self, spec):
        """Return a spec without what the caller may not read, False where nothing is left of it."""
        if not self.env[spec["model"]].has_access("read"):
            return False
        spec = dict(spec)
        for name, several in PARTS.items():
            part = spec.get(name)
            if part and several:
                spec[name] = [one for one in map(self._as_readable, part) if one]
            elif part and not self._as_readable(part):
                if name != "trend":
                    return False
                del spec[name]
        return spec

    @api.model
    def _counted_parts(self, specs):
        """Return the parts of specs that are a figure of the period each, as a list.

        :param dict specs: as of ``_specs``
        """
        counted = [part for tile in specs["tiles"] for part in (tile, *tile.get("beside", ()))]
        for spec in (*specs["rates"], *specs["columns"]):
            counted += [spec["numerator"], spec["denominator"]] if "numerator" in spec else [spec]
        return counted

    @api.model
    def _report_figures(self):
        """Return what the daily report counts of the days, in its order.

        :return: dict {key: spec}; a spec has ``by_consultant`` where the table of the consultants has it too,
            ``heading`` where it is a column there, or ``in_brackets`` the key of the column in which it stands
        """
        figures = []
        for spec in [*self._counted_parts(self._specs()), *map(with_defaults, self._report_specs())]:
            told = spec.get("report")
            if told and self.env[spec["model"]].has_access("read"):
                if told == "column":
                    told = {"heading": spec["label"]}
                figure = {"place": 1000, **spec, **(told if isinstance(told, dict) else {})}
                figure["by_consultant"] = any(
                    figure.get(name) for name in ("by_consultant", "heading", "in_brackets"))
                figures.append(figure)
        return {figure["key"]: figure for figure in sorted(figures, key=lambda figure: figure["place"])}
