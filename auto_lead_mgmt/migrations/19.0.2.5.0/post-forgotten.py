from odoo.tools.translate import code_translations

ADDON = "auto_lead_mgmt"


def migrate(cr, version):
    """Forget what leads were before they were taken over, of customers who were anonymised since."""
    cr.execute("SELECT code FROM res_lang WHERE active")
    names = {"Anonymised"} | {
        code_translations.get_python_translations(ADDON, code).get("Anonymised") for (code,) in cr.fetchall()}
    cr.execute("""
        UPDATE crm_lead SET auto_entry = auto_entry || '{"was": {}, "became": {}}'
         WHERE auto_entry IS NOT NULL AND contact_name = ANY(%s) AND phone IS NULL AND email_from IS NULL""", [
        sorted(filter(None, names))])
