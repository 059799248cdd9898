"""The Today page in the browser, on a computer and on a phone."""
from odoo.tests import tagged

from .test_tours import TourCase


class TodayCase(TourCase):

    def _play(self):
        self._won(2)
        colleague = self._approved(user_id=self.colleague.id)
        ids = colleague.with_user(self.colleague).action_propose_won({"won_reason_id": self.won_reason.id})
        self.env["auto.lead.review"].with_user(self.reviewer).browse(ids).action_approve()
        self._tour("auto-leads", "auto_lead_today", self.manager)
        self._tour(
            f"auto-leads?period=range&from=2001-01-01&to=2001-01-02&user={self.consultant.id}",
            "auto_lead_today_address", self.manager)


@tagged("standard", "post_install", "-at_install")
class TestTodayPage(TodayCase):
    browser_size = "1366x768"

    def test_owner(self):
        self._play()


@tagged("standard", "post_install", "-at_install")
class TestTodayPagePhone(TodayCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_owner(self):
        self._play()


@tagged("standard", "post_install", "-at_install")
class TestLedgerNotice(TourCase):

    def _notices(self):
        return [values for values in self.env.cr.precommit.data.get("bus.bus.values", ())
                if "auto_lead_mgmt.ledger/updated" in values["message"]]

    def test_one_notice_for_many_rows(self):
        self._register(10)
        self.assertEqual(len(self._notices()), 1)
        self._won(3)
        self.assertEqual(len(self._notices()), 1)
