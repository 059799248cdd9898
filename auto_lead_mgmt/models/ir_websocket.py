from odoo import models

from .auto_lead_event_notice import LEDGER_CHANNEL


class IrWebsocket(models.AbstractModel):
    _inherit = "ir.websocket"

    def _build_bus_channel_list(self, channels):
        """Subscribe those who may read the ledger to the notices of their companies."""
        channels = list(channels)
        if LEDGER_CHANNEL in channels:
            channels.remove(LEDGER_CHANNEL)
            if self.env.user and self.env["auto.lead.event"].has_access("read"):
                channels.extend((company, LEDGER_CHANNEL) for company in self.env.user.company_ids)
        return super()._build_bus_channel_list(channels)
