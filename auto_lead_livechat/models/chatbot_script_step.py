from odoo import models


class ChatbotScriptStep(models.Model):
    _inherit = "chatbot.script.step"

    def _process_step_create_lead(self, discuss_channel):
        """Register the visitor; a known customer's chat is a repeat inquiry."""
        step = self.with_context(auto_lead_intake=True)
        lead = super(ChatbotScriptStep, step)._process_step_create_lead(discuss_channel)
        return lead.with_env(self.env)

    def _process_step_create_lead_and_forward(self, discuss_channel):
        """Leave a known customer to the consultant who has them, whoever takes the chat."""
        step = self.with_context(auto_lead_keep_owner=True)
        return super(ChatbotScriptStep, step)._process_step_create_lead_and_forward(discuss_channel)
