import logging

from odoo import api, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)

# (database, id, last change) of the rules whose author has been told
told = set()


def is_meant(error):
    """Return whether the code of a rule itself has raised an error, instead of the flow that the rule contradicts."""
    trace = error.__traceback__
    while trace.tb_next:
        trace = trace.tb_next
    return trace.tb_frame.f_code.co_filename.startswith("ir.actions.server(")


class BaseAutomation(models.Model):
    _inherit = "base.automation"

    @api.model
    def _get_actions(self, records, triggers):
        """Run no rule for a door's inquiry itself: the card that it makes is created, or changed, right after."""
        if not records and records._name == "crm.lead" and records.env.context.get("auto_lead_intake"):
            return self.browse()
        return super()._get_actions(records, triggers)

    def _process(self, records, domain_post=None):
        """Let a customer card stay what the flow says, where a rule contradicts it.

        What the rule has done with the card is taken back, and its author is told in the log once; whatever has set the
        rule off goes on. A rule that refuses something itself still does, and so does one on deletion.
        """
        cards = records.filtered("auto_workflow") if records._name == "crm.lead" else records.browse()
        if not cards or self.sudo().trigger == "on_unlink":
            return super()._process(records, domain_post=domain_post)
        others = records.browse(set(records.ids) - set(cards.ids))
        if others:
            super()._process(others, domain_post=domain_post)
        for card in cards:
            try:
                with self.env.cr.savepoint():
                    super()._process(card, domain_post=domain_post)
            except UserError as error:
                if is_meant(error):
                    raise
                self._auto_tell(str(error).replace(card.sudo().display_name, str(card)))
        return None

    def _auto_tell(self, reason):
        """Tell the author of this rule in the log that it contradicts the flow, once until it is changed.

        :param str reason: without the name of a customer
        """
        rule = self.sudo()
        key = self.env.cr.dbname, rule.id, rule.write_date
        if key in told:
            return
        told.add(key)
        _logger.warning(
            "Automation rule \"%s\" (#%s) of %s contradicts the automotive flow; its effect on customer cards is taken "
            "back: %s", rule.name, rule.id, rule.create_uid.login, reason)
