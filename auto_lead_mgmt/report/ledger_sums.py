# stands for all owners together, rows without an owner included
ANYBODY = object()
# columns beside kind, flags and measures
CURRENCY, OWNER = "currency_id", "user_id"


class LedgerSums:
    """Sums of ledger rows by kind, flags, currency and owner, from which the figures of a period are cut without a
    query."""

    def __init__(self, flags, measures, rows):
        """Sort the rows by kind and owner.

        :param list flags: names of the flags of a row
        :param list measures: names of the measures of a row
        :param rows: tuples (kind, *flags, currency id, owner id, *measures); an empty flag is one that is not set
        """
        self._places = {name: place for place, name in enumerate((*flags, CURRENCY, OWNER, *measures), start=1)}
        self._rows = {}
        for row in rows:
            for owner in (row[self._places[OWNER]], ANYBODY):
                self._rows.setdefault((row[0], owner), []).append(row)

    def of(self, kind, measure="weight", owner=ANYBODY, currency=None, **flags):
        """Return the sum over the rows of a kind that have this owner, this currency (its id) and these flags."""
        rows = self._rows.get((kind, owner), ())
        if currency:
            rows = [row for row in rows if row[self._places[CURRENCY]] == currency]
        for flag, wanted in flags.items():
            rows = [row for row in rows if bool(row[self._places[flag]]) == wanted]
        return sum(row[self._places[measure]] for row in rows)

    def of_spec(self, spec, owner=ANYBODY):
        """Return the sum that a spec with its defaults describes."""
        return sum(
            self.of(kind, spec["measure"], owner, spec.get("in_currency"), **flags)
            for kind, flags in spec["kinds"].items())

    def owners(self, kinds):
        """Return the ids of the owners of rows of these kinds, as a set; None stands for nobody."""
        return {owner for kind, owner in self._rows if kind in kinds and owner is not ANYBODY}

    def currencies(self, spec):
        """Return the ids of the currencies in which the measure of a spec is not empty, as a set."""
        return {
            row[self._places[CURRENCY]] for kind in spec["kinds"] for row in self._rows.get((kind, ANYBODY), ())
            if row[self._places[spec["measure"]]]}
