import re

from odoo.tools import SQL
from odoo.tools.sql import column_exists, make_identifier, rename_column

# in the order of renaming: the second takes the name that the first gives up
FIELDS = (
    ("crm.lead", "win_back_date", "win_back_planned_date"),
    ("crm.lead", "recall_date", "win_back_date"),
    ("auto.lead.review", "recall_date", "win_back_date"),
    ("auto.lead.propose.lost", "recall_date", "win_back_date"),
    ("auto.callback.outcome", "settlement", "attendance"),
    ("res.company", "auto_response_promise", "auto_response_target"),
)


def migrate(cr, version):
    """Give fields their new names and keep their values and what people have made with them.

    These are required fields of teams, saved filters, exports and the columns of sheets.
    """
    for model, old, new in FIELDS:
        rename(cr, model, old, new)


def rename(cr, model, old, new):
    """Give a field another name, wherever the database knows it.

    :param str model: of the field
    :param str old: name until now
    :param str new: name from now on
    """
    table = model.replace(".", "_")
    if not column_exists(cr, table, old) or column_exists(cr, table, new):
        return
    rename_column(cr, table, old, new)
    # the column took its CHECK along; the addon adds one with the new name
    cr.execute(SQL(
        "ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s", SQL.identifier(table),
        SQL.identifier(make_identifier(f"{table}_{old}_range"))))
    cr.execute("UPDATE ir_model_fields SET name = %s WHERE model = %s AND name = %s", [new, model, old])
    cr.execute("""
        UPDATE ir_model_data SET name = %s
         WHERE module = 'auto_lead_mgmt' AND model = 'ir.model.fields' AND name = %s""",
               [f"field_{table}__{new}", f"field_{table}__{old}"])
    word = rf"\m{re.escape(old)}\M"
    for target, columns, whose in (
        ("ir_filters", ("domain", "context", "sort"), SQL("model_id = %s", model)),
        ("ir_exports_line", ("name",), SQL("export_id IN (SELECT id FROM ir_exports WHERE resource = %s)", model)),
        ("base_import_mapping", ("field_name",), SQL("res_model = %s", model)),
    ):
        for column in columns:
            replace(cr, target, column, word, new, whose)
    cr.execute("SELECT DISTINCT name FROM ir_model_fields WHERE relation = %s", [model])
    links = "|".join(re.escape(name) for [name] in cr.fetchall())
    if links:
        path = rf"\m({links})([./]){re.escape(old)}\M"
        for target, columns in (("ir_filters", ("domain", "context", "sort")), ("ir_exports_line", ("name",))):
            for column in columns:
                replace(cr, target, column, path, rf"\1\2{new}", SQL("TRUE"))


def replace(cr, table, column, pattern, replacement, condition):
    """Replace what a pattern matches in a column of text.

    :param SQL condition: of the rows
    """
    name = SQL.identifier(column)
    cr.execute(SQL(
        "UPDATE %s SET %s = regexp_replace(%s, %s, %s, 'g') WHERE %s AND %s ~ %s",
        SQL.identifier(table), name, name, pattern, replacement, condition, name, pattern))
