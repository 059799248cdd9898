"""Uninstall the addon UNINSTALLED."""
import os

env["ir.module.module"].search([("name", "=", os.environ["UNINSTALLED"])]).button_immediate_uninstall()
