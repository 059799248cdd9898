from odoo import models


class ChatbotScriptStep(models.Model):
    _inherit = "chatbot.script.step"

    def _process_step_create_lead(self, discuss_channel):
        """Register the visitor; a known customer's chat is a repeat inquiry.

        Whoever takes the chat works for the company of the card, see ``_get_assignment_quota`` of crm.team.member.
        """
        step = self.with_context(auto_lead_intake=True)
        lead = super(ChatbotScriptStep, step)._process_step_create_lead(discuss_channel).with_env(self.env)
        card = lead.sudo()
        return lead.with_context(auto_assign_company=card.company_id.id) if card.auto_workflow else lead

    def _process_step_create_lead_and_forward(self, discuss_channel):
        """Leave a known customer to the consultant who has them, whoever takes the chat."""
        step = self.with_context(auto_lead_keep_owner=True)
        return super(ChatbotScriptStep, step)._process_step_create_lead_and_forward(discuss_channel)
