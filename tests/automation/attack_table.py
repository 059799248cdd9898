"""Who may do what with what automation rules define: see tests/attack_table.py."""

ADDON = "auto_lead_automation"

RIGHTS = """
base.automation  stock
"""
