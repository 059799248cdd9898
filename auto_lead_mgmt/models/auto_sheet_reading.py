"""What is known of a sheet on its way from the import screen to the cards. No database here."""


class SheetReading:
    """A sheet that is being read, handed on in the context: nobody can send one over RPC.

    :param asked: True or False where somebody says whether the lines are registrations, None where nobody does
    :param dict options: of the import screen
    """

    def __init__(self, asked=None, options=None):
        options = options or {}
        self.asked = asked
        # whether the file is read as a registration sheet; None as long as that is not decided
        self.registrations = None
        self.table = None
        # names of the other sheets of the file that look like one
        self.other_sheets = []
        self.matches = {}
        # of the fields that are filled: their headings and by how much amounts are multiplied
        self.headings, self.factors = {}, {}
        # of the rows that ``load`` gets: where they stand in the file, and which have too many or too few cells
        self.lines, self.odd = [], {}
        # numbers of the lines of the file without a customer
        self.empty = []
        # of the whole columns of days: in which order they are written
        self.orders = {}
        self.is_first = not options.get("skip")
        self.good_lines = bool(options.get("auto_good_lines"))
        self.skip_if_bad = _names(options.get("import_skip_records"))
        self.empty_if_bad = _names(options.get("import_set_empty_fields"))
        fallbacks = options.get("fallback_values")
        self.fallbacks = {
            name: value.get("fallback_value") for name, value in fallbacks.items() if isinstance(value, dict)
        } if isinstance(fallbacks, dict) else {}

    def line(self, index):
        """Return where a row stands in the file, as a spreadsheet program counts."""
        return self.lines[index] if self.lines else index + 2

    def heading(self, name, label):
        """Return what the file calls the column of a field, else the label of the field."""
        return self.headings.get(name) or label


def _names(value):
    return frozenset(name for name in value if isinstance(name, str)) if isinstance(value, list) else frozenset()
