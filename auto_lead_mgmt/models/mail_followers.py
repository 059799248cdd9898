from odoo import api, models
from odoo.fields import Domain

# key of the dict {(card, partner): follower} of those who were made followers in this transaction
FOLLOWING = "auto_lead_mgmt.following"


class MailFollowers(models.Model):
    """Whoever was made a follower of a card in this transaction is known without a look into the database."""
    _inherit = "mail.followers"

    @api.model_create_multi
    def create(self, vals_list):
        followers = super().create(vals_list)
        self.env.cr.cache.setdefault(FOLLOWING, {}).update({
            (follower.res_id, follower.partner_id.id): follower.id for follower in followers
            if follower.res_model == "crm.lead"})
        return followers

    def write(self, vals):
        self.env.cr.cache.pop(FOLLOWING, None)
        return super().write(vals)

    def unlink(self):
        self.env.cr.cache.pop(FOLLOWING, None)
        return super().unlink()


class MailThread(models.AbstractModel):
    """Odoo looks for followers as superuser: what a person asks about them is asked with the person's rights."""
    _inherit = "mail.thread"

    @api.model
    def _search_message_partner_ids(self, operator, operand):
        if not self.env.su and operator == "any" and isinstance(operand, Domain):
            operand = self.env["res.partner"]._search(operand)
        return super()._search_message_partner_ids(operator, operand)


class CrmLead(models.Model):
    """The owner of a new card follows it already when the first callback is planned; who follows hears of it here."""
    _inherit = "crm.lead"

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Leave out followers who work for other companies.

        Odoo makes followers of the team followers of each of its cards, and leaves those who lose a company.
        """
        recipients = super()._notify_get_recipients(message, msg_vals=msg_vals, **kwargs)
        card, users = self.sudo(), self.env["res.users"]
        if not card.auto_workflow:
            return recipients
        return [
            one for one in recipients if not one["is_follower"] or not one["uid"] or one["ushare"]
            or users.browse(one["uid"])._auto_working_at(card.company_id)]

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Leave out those who follow already: Odoo itself changes nothing for them, after four queries."""
        if self.env.su and partner_ids and not subtype_ids:
            following = self.env.cr.cache.get(FOLLOWING, {})
            followers = [
                self.env["mail.followers"].browse(following.get((lead_id, partner_id), ()))
                for lead_id in self.ids for partner_id in partner_ids]
            # a rollback to a savepoint empties the memory of records
            if all(follower and "partner_id" in follower._cache for follower in followers):
                return True
        return super().message_subscribe(partner_ids=partner_ids, subtype_ids=subtype_ids)
