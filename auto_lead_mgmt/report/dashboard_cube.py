# any owner, and nobody is one
ANYBODY = object()


class Cube:
    """Sums of ledger rows by kind, flags and owner, from which the figures of a period are cut without a query."""

    def __init__(self, flags, rows):
        """:param tuple flags: names of the flags of a row
        :param rows: tuples (kind, *flags, owner id, weight, quantity); an empty flag is one that is not set
        """
        self._rows = {}
        for kind, *values, owner, weight, quantity in rows:
            row = set(zip(flags, map(bool, values), strict=True)), {"weight": weight, "quantity": quantity}
            for whose in (owner, ANYBODY):
                self._rows.setdefault((kind, whose), []).append(row)

    def sum(self, kind, measure="weight", owner=ANYBODY, **flags):
        """:return: number, the sum over the rows of a kind that have this owner and these flags"""
        wanted = flags.items()
        return sum(sums[measure] for has, sums in self._rows.get((kind, owner), ()) if wanted <= has)

    def owners(self, kinds):
        """:return: set of the ids of the owners of rows of these kinds, None for nobody"""
        return {owner for kind, owner in self._rows if kind in kinds and owner is not ANYBODY}
