from datetime import date

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class AutoLeadDashboard(models.AbstractModel):
    """The way in which the Today page reads: aggregates over the records of a domain that the caller may read.

    The queries are put together by hand, because ``_read_grouping_sets`` of Odoo costs too much here: with it
    throughout, the page of 30 days took 1,223 ms, and it takes 216 ms without, on the full ledger of the benchmark. It
    takes one domain for all its columns, without a FILTER of each, so that most figures are a query of their own, and
    it makes records of what it groups by. The ORM decides all the same who may see what: the rows come from
    ``_search``, the conditions and fields are the ORM's own SQL.
    """
    _inherit = "auto.lead.dashboard"

    # ------------------------------------------------------------
    # QUERIES
    # ------------------------------------------------------------

    @api.model
    def _visible(self, scope, model):
        """Return the Query of all records that the caller may read; the rights are worked out once for a call."""
        return scope.once(("visible", model), lambda: self.env[model]._search(Domain.TRUE))

    @api.model
    def _condition(self, model, domain, query):
        """Return the SQL of a Domain, its conditions in their order; None where nothing can meet it.

        Each condition is optimized by itself. Odoo would also merge conditions of one field and put them in another
        order, which takes half as long again: 9.8 ms in place of 6.1 for a page of today.
        """
        records = self.env[model]
        domain = domain.map_conditions(lambda condition: condition.optimize_full(records))
        return None if domain.is_false() else domain._to_sql(records, query.table, query)

    @api.model
    def _statement(self, scope, model, domain, columns, source=None):
        """Return the SQL to which ``_select`` adds its groups; None where nothing can be found."""
        visible = self._visible(scope, model)
        condition = self._condition(model, domain, visible)
        if visible.is_empty() or condition is None:
            return None
        columns = [column(visible) if callable(column) else column for column in columns]
        # a source takes the name of the table
        return SQL(
            "SELECT %s FROM %s%s WHERE %s AND %s", SQL(", ").join(columns),
            SQL("(%s) AS ", source) if source is not None else SQL(), visible.from_clause,
            visible.where_clause or SQL("TRUE"), condition)

    @api.model
    def _select(self, scope, model, domain, columns, groupings, source=None):
        """Aggregate over the records of a domain that the caller may read, in one query. A sum of nothing is None.

        :param list columns: SQL aggregates, or callables(query) that make them
        :param list groupings: lists of names of stored fields, one for each grouping set
        :param SQL source: selects the rows of the model's table in which to look, instead of all, with all its columns:
            a record rule can ask for any
        :return: for each grouping a list of tuples, the group's raw values first
        """
        visible = self._visible(scope, model)
        names = list(dict.fromkeys(name for grouping in groupings for name in grouping))
        terms = {name: self.env[model]._field_to_sql(visible.table, name, visible) for name in names}
        sets = [SQL("(%s)", SQL(", ").join(terms[name] for name in grouping)) for grouping in groupings]
        mark = SQL("GROUPING(%s)", SQL(", ").join(terms.values())) if names else SQL("0")
        statement = self._statement(scope, model, domain, [mark, *terms.values(), *columns], source)
        if statement is None:
            return [[] for _grouping in groupings]
        rows = self.env.execute_query(SQL("%s GROUP BY GROUPING SETS (%s)", statement, SQL(", ").join(sets)))
        if len(groupings) == 1:
            return [[row[1:] for row in rows]]
        result = []
        for grouping in groupings:
            # PostgreSQL sets a bit for each column that the group does not know, the last column lowest
            mask = sum(1 << place for place, name in enumerate(reversed(names)) if name not in grouping)
            places = [names.index(name) + 1 for name in grouping]
            result.append([
                (*(row[place] for place in places), *row[len(names) + 1:]) for row in rows if row[0] == mask])
        return result

    @api.model
    def _ask(self, scope, figures, model, domain, columns, source=None):
        """Note figures that get their values from ``_answer``; the other arguments are those of ``_select``.

        :param list figures: dicts, one for each column, with the ``value`` that stays where nothing is found
        """
        statement = self._statement(scope, model, domain, columns, source)
        if statement is not None:
            scope.asked.append((figures, statement))

    @api.model
    def _answer(self, scope):
        """Give the figures that ``_ask`` has noted their values, all by one query."""
        if not scope.asked:
            return
        figures = [figure for several, _statement in scope.asked for figure in several]
        [values] = self.env.execute_query(SQL("SELECT * FROM %s", SQL(" CROSS JOIN ").join(
            SQL("(%s) AS %s", statement, SQL.identifier(f"asked_{place}"))
            for place, (_several, statement) in enumerate(scope.asked))))
        for figure, value in zip(figures, values, strict=True):
            if value is not None:
                figure["value"] = value

    @api.model
    def _where(self, model, aggregate, domain):
        """Return the column that takes ``aggregate`` over those records only that meet ``domain`` too."""
        return lambda query: SQL(
            "%s FILTER (WHERE %s)", aggregate, self._condition(model, domain, query) or SQL("FALSE"))

    @api.model
    def _total(self, model, measure):
        """Return the SQL aggregate of a figure's ``measure``."""
        if measure == "__count":
            return SQL("COUNT(*)")
        name, distinct = measure.partition(":")[::2]
        column = SQL.identifier(self.env[model]._table, name)
        if distinct:
            return SQL("COUNT(DISTINCT %s)", column)
        return SQL("SUM(%s)", column) if self.env[model]._fields[name].required else SQL("SUM(COALESCE(%s, 0))", column)

    # ------------------------------------------------------------
    # ROWS OF THE LEDGER
    # ------------------------------------------------------------

    @api.model
    def _dated_kinds(self):
        """Return the kinds that count by the day of the business, if the page asks for it, as a tuple."""
        return self.env["auto.lead.event"]._kinds_that("business_day")

    @api.model
    def _rows_of(self, scope, kinds, periods=None):
        """Return the Domain of the ledger rows of a period, narrowed to the people asked about."""
        key = ("rows", *kinds, *(periods or scope.periods).values())
        return scope.once(key, lambda: self._new_rows_of(scope, kinds, periods))

    @api.model
    def _new_rows_of(self, scope, kinds, periods):
        """Make the Domain that ``_rows_of`` keeps for the call."""
        dated = [kind for kind in kinds if scope.by_order and kind in self._dated_kinds()]
        plain = [kind for kind in kinds if kind not in dated]
        parts = []
        for names, field in ((plain, "day"), (dated, "business_day")):
            if names:
                kind = Domain("kind", "=", names[0]) if len(names) == 1 else Domain("kind", "in", names)
                parts.append(scope.within(field, periods) & kind)
        return Domain.OR(parts) & scope.people

    @api.model
    def _rows_of_days(self, scope, kinds):
        """Return a function that gives the domain of the ledger rows of one day; it is made once for many days.

        :return: callable(date) -> list
        """
        form = list(self._rows_of(scope, kinds, dict.fromkeys(scope.periods, (date.min, date.min))))
        blank = date.min.isoformat()
        return lambda day: [
            (leaf[0], leaf[1], day.isoformat()) if leaf[2:] == (blank,) else leaf for leaf in form]

    @api.model
    def _of_group(self, domain, name, value):
        """Return the domain of those records of a domain whose field has this value.

        :param list domain: made once for all groups
        :return: list
        """
        return ["&", (name, "=", value or False), *domain]

    # ------------------------------------------------------------
    # FIGURES
    # ------------------------------------------------------------

    @api.model
    def _figure(self, key, label, model, domain, measure, value=0, **more):
        """Return a figure, a dict as described at the class."""
        return {
            "key": key, "label": label, "value": value, "model": model,
            "domain": domain if isinstance(domain, list) else list(domain),
            "measure": measure, **more}

    @api.model
    def _rate(self, key, label, numerator, denominator, formula, **more):
        """Return a rate of two figures, as a dict.

        Its value is None where they make no share: there is nothing to divide by, or a row of an earlier period was
        taken back in this one.
        """
        part, whole = numerator["value"], denominator["value"]
        value = part / whole if whole and 0 <= part <= whole else None
        return {
            "key": key, "label": label, "value": value, "unit": "percent", "formula": formula,
            "numerator": numerator, "denominator": denominator, **more}

    @api.model
    def _name_records(self, data):
        """Put the names of records where the answer has ``record``: (model, id, name of none), in one query.

        Who may read a figure may read what it is grouped by, whatever the rights on the list of choices.
        """
        charts = data["charts"].values()
        places = [row for chart in charts for part in ("rows", "primary_rows") for row in chart.get(part, ())
                  if "record" in row] + data["consultants"]["rows"]
        wanted = {}
        for place in places:
            model, record_id, _none = place["record"]
            if record_id:
                wanted.setdefault(model, set()).add(record_id)
        parts = []
        for model, ids in wanted.items():
            records = self.env[model].sudo().browse(ids)
            query = records._as_query(ordered=False)
            parts.append(query.select(
                SQL("%s AS model", model), SQL.identifier(query.table, "id"),
                SQL("(%s)::text", records._field_to_sql(query.table, "name", query))))
        names = {}
        if parts:
            names = {
                (model, record_id): name
                for model, record_id, name in self.env.execute_query(SQL(" UNION ALL ").join(parts))}
        for place in places:
            model, record_id, none = place.pop("record")
            place["label"] = names.get((model, record_id)) or none

    @api.model
    def _sort_rows(self, data):
        """Put the largest rows first and equal ones in the order of their names, which ``_name_records`` has put there.

        The database returns groups in any order, and another one the next time.
        """
        for chart in data["charts"].values():
            for part in ("rows", "primary_rows"):
                chart.get(part, []).sort(key=lambda row: (-row["value"], row["label"], row["key"]))
        data["consultants"]["rows"].sort(key=lambda row: (
            *(-row["cells"][kind]["value"] for kind in ("won", "inquiry", "callback")), row["label"], row["user_id"]))
        self._rank_rows([row for row in data["consultants"]["rows"] if row["user_id"]])

    @api.model
    def _rank_rows(self, rows):
        """Give the consultants their places by purchases, as ``rank``; equal ones share a place. One alone has none."""
        sold = [row["cells"]["won"]["value"] for row in rows]
        for row in rows if len(rows) > 1 else ():
            row["rank"] = 1 + sum(value > row["cells"]["won"]["value"] for value in sold)
