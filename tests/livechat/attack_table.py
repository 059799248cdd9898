"""Who may do what with what the live chat defines: see tests/attack_table.py."""

ADDON = "auto_lead_livechat"

RIGHTS = """
chatbot.script.step  stock
discuss.channel      stock
"""
