from contextlib import contextmanager

from odoo import api, models
from odoo.exceptions import UserError, ValidationError

from .auto_base import as_id
from .auto_lead_review_kind import CLOSING


@contextmanager
def keeping_standard(records, leads_of):
    """Undo it where Odoo itself chooses an automotive team for standard leads: only people move them into the flow.

    :param records: leads or dialogs, whose ``team_id`` is computed meanwhile
    :param leads_of: callable(record) -> crm.lead, those that exist already
    """
    before = {}
    for record in records:
        leads = leads_of(record)
        if leads and not any(leads.mapped("auto_workflow")):
            before[record] = record.team_id or (leads if len(leads) == 1 else leads.browse()).team_id
    yield
    for record, team in before.items():
        if record.team_id != team and record.team_id.auto_workflow:
            record.team_id = team


class CrmLead(models.Model):
    """The team and the company of a card, and whose policy counts for it."""
    _inherit = "crm.lead"

    def _compute_team_id(self):
        """Keep the team of a card that changes hands, and a standard lead out of the automotive teams.

        An open card moves where the colleague works in another automotive team.
        """
        cards = self.filtered("auto_workflow")
        elsewhere = cards.filtered(
            lambda lead: lead.auto_decided == "open" and lead.user_id and not lead.team_id._auto_of(lead.user_id))
        teams = self._auto_owner_teams([(lead.team_id, lead.user_id.id, lead.company_id) for lead in elsewhere])
        for lead, team in zip(elsewhere, teams, strict=True):
            if team != lead.team_id and not lead._auto_stays_in_team(team):
                lead.team_id = team.id
        standard = self - cards
        with keeping_standard(standard, lambda lead: lead._origin):
            return super(CrmLead, standard)._compute_team_id()

    def _compute_company_id(self):
        """Keep a card in the company that it entered."""
        cards = self.filtered(lambda lead: lead.auto_workflow and lead.company_id)
        return super(CrmLead, self - cards)._compute_company_id()

    # ------------------------------------------------------------
    # WHOSE POLICY
    # ------------------------------------------------------------

    @api.model
    def _auto_owner_teams(self, pairs):
        """Find the team in which customers enter: where their owner works, if that is in another automotive team.

        :param list pairs: (crm.team that was chosen, id of the owner or False, res.company of the card)
        :return: list of crm.team as superuser, in the order of ``pairs``
        """
        automotive, teams = {}, []
        for team, owner_id, company in pairs:
            if not company:
                teams.append(team)
                continue
            if company not in automotive:
                automotive[company] = self.env["crm.team"]._auto_at(company)
            # where the company has one team only, its members need not be read
            other = automotive[company] - team
            owner = self.env["res.users"].sudo().browse(as_id(owner_id))
            own = other and owner and not team._auto_of(owner) and other._auto_of(owner)
            teams.append(own[0] if own else team)
        return teams

    def _auto_policy_teams(self):
        """Find the teams whose policy counts for each card.

        They are its own and, where the owner works in other teams, those too. For a card without an owner the current
        user counts.

        :return: dict {card: crm.team as superuser}
        """
        automotive, teams = {}, {}
        for lead in self.sudo():
            team, company = lead.team_id, lead.company_id
            if company not in automotive:
                automotive[company] = self.env["crm.team"]._auto_at(company)
            other = automotive[company] - team
            person = lead.user_id or self.env.user
            teams[lead] = team | other._auto_of(person) if other and not team._auto_of(person) else team
            if not team:
                teams[lead] = team
        return teams

    def _auto_stays_in_team(self, team):
        """Return whether the card stays with those who answer for it, instead of moving to a team.

        It does while a request waits on which the current user may not decide, or where something was decided without a
        reviewer whom ``team`` asks for.
        """
        self.ensure_one()
        return any(review._objection() for review in self.pending_review_ids) or bool(self._auto_unseen(team))

    def _auto_unseen(self, team, old=None):
        """Find a decision on this card that no second person has seen and that another team reviews.

        It was decided by the policy of its team, or by the person who had asked for it.

        :param team: crm.team, the other one
        :param old: crm.team that the card had; its team when empty
        :return: text that says so; False where there is none, or the current user may decide on it there
        """
        self.ensure_one()
        card = self.sudo()
        approved = card.review_ids.filtered(lambda review: review.state == "approved").sorted(
            lambda review: (review.decision_date, review.id))
        standing = {"registration", "cancel", card.auto_decided} if card.review_state == "approved" else set()
        unseen = {}
        for review in approved:
            if review.lane != CLOSING:
                # the last one of a kind stands, whatever becomes of the customer, and has not seen anything else
                unseen.pop(review.kind, None)
                if review.decided_by_policy or review.own_decision:
                    unseen[review.kind] = review
            elif review.decided_by_policy or review.own_decision:
                unseen.update(dict.fromkeys(review._kinds() & standing, review))
            else:
                # a reviewer of something else has not seen the registration
                unseen = {
                    kind: other for kind, other in unseen.items() if kind == "registration" or other.lane != CLOSING}
        for kind, review in unseen.items():
            policy = team._auto_reviews(kind)
            reviewed = policy == "always" or (policy == "duplicates" and card._auto_similar())
            if reviewed and review.sudo(False)._objection_to_person(team):
                return self.env._(
                    "%(customer)s: \"%(kind)s\" was decided in the team %(team)s without a second person. Ask a "
                    "reviewer of %(new)s to move the customer.", customer=card.display_name, kind=review._kind_label(),
                    team=(old or card.team_id).name, new=team.name)
        return False

    def _auto_teams(self, vals):
        """Return the dict {card: its team} before a write that can move cards."""
        if not {"team_id", "user_id", "type"} & vals.keys():
            return {}
        return {lead: lead.team_id for lead in self}

    # ------------------------------------------------------------
    # MOVES
    # ------------------------------------------------------------

    def _auto_check_moves(self, before):
        """Check that cards move to automotive teams only.

        Only a reviewer of the old team moves a card that has an open request, that loses its team, or whose owner does
        not work in the new one.

        :param dict before: of ``_auto_teams``
        :raises UserError: naming the card and who can move it
        :raises ValidationError: the new team is no automotive one
        """
        for lead, team in before.items():
            new = lead.sudo().team_id
            if new == team:
                continue
            if new and not new.auto_workflow:
                raise ValidationError(self.env._(
                    "%(customer)s belongs to the automotive flow and cannot move to the team %(team)s. A reviewer "
                    "takes a card out of the flow with \"Release\".", customer=lead.display_name, team=new.name))
            objections = filter(None, (review._objection(team) for review in lead.pending_review_ids))
            objection = next(objections, False) or (new and lead._auto_unseen(new, old=team))
            if objection:
                raise UserError(objection)
            may_decide = team._auto_is_reviewer(self.env.user, lead.company_id)
            if not new and not may_decide:
                raise UserError(self.env._(
                    "%(customer)s keeps a team: without one, the reviewer of the team %(team)s would not see it any "
                    "more.", customer=lead.display_name, team=team.name))
            if new and lead.user_id not in new.member_ids | new.user_id and not may_decide:
                raise UserError(self.env._(
                    "%(customer)s can move to the team %(team)s with an owner who works there. Hand the customer "
                    "over, or ask a reviewer.", customer=lead.display_name, team=new.name))
