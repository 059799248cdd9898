def migrate(cr, version):
    """Remove the headings that the addon gave to Odoo's import: it reads them from a table of its own.

    What people have chosen instead stays, as their own.
    """
    cr.execute(r"""
        DELETE FROM base_import_mapping mapping
              USING ir_model_data data
              WHERE data.module = 'auto_lead_mgmt' AND data.model = 'base_import.mapping' AND data.res_id = mapping.id
                    AND (coalesce(mapping.field_name, '') = ''
                         OR data.name ~ ('^import_' || mapping.field_name || '_[0-9]+$'))""")
    cr.execute("DELETE FROM ir_model_data WHERE module = 'auto_lead_mgmt' AND model = 'base_import.mapping'")
