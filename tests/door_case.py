from .common import AutoLeadCase

# what nobody but the flow sets, as a stranger would post it
POSTED = {
    "review_state": "approved", "auto_decided": "won", "auto_workflow": False, "registrar_id": 1, "auto_version": 99}


class DoorCase(AutoLeadCase):
    """A door by which customers come in without a person who looks up whether they are known."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.known = cls._approved(contact_name="王先生", phone="13900100147", email_from="wang@example.com")
        cls.found = cls._cards()

    @classmethod
    def _cards(cls):
        return cls.env["crm.lead"].with_context(active_test=False).search([])

    def _new(self):
        """Return the leads that came since the last call."""
        found = self._cards()
        new = found - self.found
        type(self).found = found
        return new

    def _texts(self, card):
        """Return all that the card and its history say, as one text."""
        return f"{card.description or ''} {' '.join(card.message_ids.mapped('body'))}"

    def assertRepeat(self, *words, times=1, card=None):
        """Check that the known customer has asked again, with these words, on a card that is as it was."""
        card = card or self.known
        self.assertFalse(self._new())
        self.assertEqual(self._kinds(card).count("inquiry"), 1 + times)
        self.assertEqual(self._sum("weight", lead_id=card.id, kind="inquiry", is_repeat=True), times)
        self.assertEqual(
            (card.name, card.contact_name, card.phone, card.email_from, card.user_id, card.team_id, card.description),
            ("Mr 王先生", "王先生", "+86 139 0010 0147", "wang@example.com", self.consultant, self.team, False))
        self.assertEqual((card.review_state, card.auto_decided, card.type), ("approved", "open", "opportunity"))
        for word in words:
            self.assertIn(word, self._texts(card))
        self.assertNotIn("&lt;", self._texts(card))
        self.assertOneCallback(card)

    def assertRegistered(self, card, *words, state="pending"):
        """Check that a new card waits, whose name is the customer's, with these words."""
        self.assertEqual(card, self._new())
        self.assertEqual((len(card), card.auto_workflow, card.type), (1, True, "lead"))
        self.assertEqual((card.review_state, card.auto_decided, card.team_id), (state, "open", self.team))
        self.assertLess(card.auto_version, 99)
        for word in words:
            self.assertIn(word, self._texts(card))
