"""Who may do what with what the forms of the website define: see tests/attack_table.py."""

ADDON = "auto_lead_website"

CONTROLLERS = """
WebsiteForm  _auto_text
WebsiteForm  _handle_website_form
WebsiteForm  insert_record
"""
