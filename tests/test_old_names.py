from odoo.tests import tagged

from .common import AutoLeadCase

LOGGER = "odoo.addons.auto_lead_mgmt.models.auto_old_names"


@tagged("standard", "post_install", "-at_install")
class TestOldNames(AutoLeadCase):
    """Old names work for one version, and the log says so."""

    def test_the_win_back_date_of_before(self):
        card = self._approved().with_user(self.consultant)
        with self.assertLogs(LOGGER, "WARNING"):
            card.action_propose_lost({"lost_reason_id": self.lost_reason.id, "recall_date": "2027-01-05"})
        review = card.open_review_id
        self.assertEqual(str(review.win_back_date), "2027-01-05")
        self.assertEqual(review.read(["recall_date"])[0]["recall_date"], review.win_back_date)
        review.with_user(self.reviewer).action_approve()
        card = card.with_user(self.manager)
        self.assertEqual(card.recall_date, card.win_back_date)
        self.assertIn(card, card.with_context(active_test=False).search([("recall_date", "=", "2027-01-05")]))
        card.write({"recall_date": "2027-01-06"})
        self.assertEqual(str(card.win_back_date), "2027-01-06")

    def test_the_look_up_of_before(self):
        card = self._approved()
        desk = self.env["crm.lead"].with_user(self.colleague)
        with self.assertLogs(LOGGER, "WARNING"):
            known = desk.action_known_customer(card.phone)
        self.assertEqual(known, desk.action_look_up_phone(card.phone))

    def test_the_response_target_of_before(self):
        company = self.company
        company.write({"auto_response_promise": 45})
        self.assertEqual((company.auto_response_target, company.auto_response_promise), (45, 45))
        self.env["res.config.settings"].create({"auto_response_promise": 50}).execute()
        self.assertEqual(company.auto_response_target, 50)
        self.env["res.config.settings"].create({"auto_response_target": 55}).execute()
        self.assertEqual(company.auto_response_promise, 55)

    def test_the_attendance_of_before(self):
        outcomes = self.env["auto.callback.outcome"].with_user(self.manager)
        outcome = outcomes.search([("attendance", "=", "came")], limit=1)
        self.assertEqual(outcome.read(["settlement"])[0]["settlement"], "came")
        outcome.write({"settlement": "missed"})
        self.assertEqual(outcome.attendance, "missed")
