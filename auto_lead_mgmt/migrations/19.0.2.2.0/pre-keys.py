from odoo.tools.sql import column_exists, create_column

COLUMNS = ("phone2", "phone2_sanitized", "phone_key", "phone2_key", "wechat_key", "callback_stop_numbers")


def migrate(cr, version):
    """Make the columns of the keys, so that Odoo does not compute them one by one, and fill what needs no reading.

    That is the mobile numbers of the mainland, and WeChat ids without strange characters; post-keys.py reads the rest.
    """
    if column_exists(cr, "crm_lead", "phone_key"):
        return
    for name in COLUMNS:
        create_column(cr, "crm_lead", name, "varchar")
    cr.execute(r"""
        UPDATE crm_lead
           SET phone_key = CASE WHEN phone ~ '^[+0-9 ()-]+$' AND phone_sanitized ~ '^\+861[3-9][0-9]{9}$'
                                 AND regexp_replace(phone, '[^0-9]', '', 'g') ~ '^(86|0086)?1[3-9][0-9]{9}$'
                                THEN phone_sanitized END,
               wechat_key = CASE WHEN wechat ~ '^[A-Za-z][A-Za-z0-9_-]{5,29}$' THEN lower(wechat) END,
               callback_stop_numbers = CASE WHEN callback_stop_blocked THEN phone_sanitized END
         WHERE auto_workflow""")
    cr.execute("DROP INDEX IF EXISTS crm_lead__wechat_index")
    # rows that are locked, of keys under their former names
    cr.execute("DELETE FROM auto_lead_number")
