from contextlib import contextmanager

from odoo import api, models
from odoo.fields import Domain

from .crm_lead_matching import KEYS


class CrmLead(models.Model):
    """Nobody is told to call nobody.

    A visitor who has left no number is an inquiry that counts; there is a callback as soon as there is a number. Where
    the number is only missing, the callback asks for it.
    """
    _inherit = "crm.lead"

    def _auto_without_number(self):
        """Return the cards among these with no way to reach the customer."""
        return self.filtered(lambda lead: not any(lead[name] for name in KEYS))

    def _auto_not_to_call(self):
        """Return the cards among these whose customers were asked and have left no way to be reached."""
        return self.filtered("no_contact_left")._auto_without_number()

    @api.model
    def _auto_to_call_domain(self):
        """Return the Domain of the cards outside ``_auto_not_to_call``."""
        return Domain("no_contact_left", "=", False) | Domain.OR(Domain(name, "!=", False) for name in KEYS)

    @contextmanager
    def _auto_heeding_numbers(self):
        """Let the calls follow where a number comes or goes while something is written on these cards."""
        leads = self.sudo()
        unknown, quiet = leads._auto_without_number(), leads._auto_not_to_call()
        yield
        now_unknown, now_quiet = leads._auto_without_number(), leads._auto_not_to_call()
        lost, found = now_quiet - quiet, (unknown - now_unknown) | (quiet - now_quiet)
        changed = lost | found | (now_unknown - unknown)
        if not changed:
            return
        changed._auto_claim()
        lost._auto_stop_asking()
        asked = {}
        for lead_id, activity in changed._auto_open_callbacks().items():
            asked.setdefault(leads.browse(lead_id)._auto_ask_for_number(activity.user_id), []).append(activity)
        for summary, activities in asked.items():
            activities[0].union(*activities)._auto_write({"summary": summary})
        found._auto_repair()
        found._auto_ensure_care()

    def _auto_stop_asking(self):
        """Withdraw the running callbacks of these customers, whom nobody can reach."""
        self._auto_end_escalation(forget=True)
        self.env["mail.activity"].sudo().union(*self._auto_open_callbacks().values())._auto_withdraw()

    def _auto_ask_for_number(self, user):
        """Return what the callback of this card asks of its caller instead of a call (str); False where one can call.

        :param user: res.users, the caller
        """
        self.ensure_one()
        return bool(self._auto_without_number()) and self.with_context(lang=user.lang).env._(
            "Ask for a number, or tick \"No Number Left\"")
