"""The Today page works in the browser, on a computer and on a phone."""
from unittest.mock import MagicMock, patch

from odoo.tests import new_test_user, tagged

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

    def test_unknown_team(self):
        self._tour(f"auto-leads?team={self.other_team.id + 1000}", "auto_lead_today_unknown_team", self.manager)

    def test_companies_of_the_address(self):
        second = self.env["res.company"].create({"name": "Second dealer"})
        self.manager.company_ids |= second
        self._tour(
            f"auto-leads?companies={self.company.id}-{second.id}", "auto_lead_today_companies", self.manager)


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

    def _channels(self, user):
        """Return what the server makes of the page's channel."""
        bus, request = self.env["ir.websocket"].with_user(user), MagicMock()
        request.session.uid = user.id
        with patch("odoo.addons.bus.models.ir_websocket.wsrequest", new=request):
            channels = bus._build_bus_channel_list(["auto_lead_mgmt.ledger"])
        self.assertNotIn("auto_lead_mgmt.ledger", [channel for channel in channels if isinstance(channel, str)])
        return [channel for channel in channels if isinstance(channel, tuple) and channel[1] == "auto_lead_mgmt.ledger"]

    def test_channels(self):
        """Each user hears of the own companies, and only those who may read the ledger do."""
        second = self.env["res.company"].create({"name": "Second dealer"})
        channel = "auto_lead_mgmt.ledger"
        self.assertEqual(self._channels(self.consultant), [(self.company, channel)])
        self.manager.company_ids |= second
        self.assertCountEqual(self._channels(self.manager), [(self.company, channel), (second, channel)])
        stranger = new_test_user(self.env, "stranger", "base.group_user")
        self.assertFalse(self._channels(stranger))
        self.assertFalse(self._channels(self.env.ref("base.public_user")))
