"""Import a list of 10,000 lines, batch after batch, as ``import_sheet`` does its 240."""

from cases.import_sheet import addon, standard  # noqa: F401 the sides of this case too

TITLE = "Import a long list"
UNIT = "rows"
SIZE = {"small": 2_000, "full": 10_000}
WARM_UP = 240
REPEAT = {"small": 1, "full": 1}
TARGET = 1.5
AGAINST = "standard"
