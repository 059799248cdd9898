"""Texts are bounded wherever somebody fills them in; and what one request cannot bear does not hold up the others."""
import random
from unittest.mock import patch

from markupsafe import Markup

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.auto_lead_mgmt.models.auto_limits import LENGTHS

from .common import AutoLeadCase

# which PostgreSQL cannot compress until it fits into an index
LONG = "".join(random.Random(7).choices([chr(code) for code in range(0x4e00, 0x9fa0)], k=3000))
STRANGE = ("\x00", "王\x00", "\ud800")
MAIL = """From: {sender}
To: showroom@example.com
Subject: {subject}
Message-Id: <{number}@example.com>
Content-Type: text/plain; charset=utf-8

Looking for a car.
"""


@tagged("standard", "post_install", "-at_install")
class TestBoundedText(AutoLeadCase):

    def _texts(self, *models):
        """Return (model, field, most) of every stored text of ours, and of Odoo's on cards and calls."""
        return [
            (self.env[name], self.env[name]._fields[field], most)
            for name in sorted(self.env.registry)
            if hasattr(self.env[name], "_auto_limits") and self.env[name]._auto and name not in ("ir.actions.server",)
            and (not models or name in models)
            for field, most in self.env[name]._auto_limits().items() if isinstance(most, int)]

    # ------------------------------------------------------------
    # EVERY TEXT
    # ------------------------------------------------------------

    def test_every_text_of_ours_is_bounded(self):
        for name in sorted(self.env.registry):
            model = self.env[name]
            for field in model._fields.values() if model._auto and not model._abstract else ():
                ours = name.startswith("auto.") or all(part.startswith("auto_lead_") for part in field._modules)
                if ours and field.store and field.column_type and field.type in LENGTHS:
                    with self.subTest(field=str(field)):
                        self.assertIn(field.name, model._auto_limits(), "inherit auto.limits.mixin")

    def test_card(self):
        card = self._approved().with_user(self.consultant)
        for _model, field, most in self._texts("crm.lead"):
            if field.name in ("callback_stop",):  # written by the flow
                continue
            for text in ("x" * (most + 1), *STRANGE, 5, ["x"], {"x": 1}):
                with self.subTest(field=field.name, text=str(text)[:10].encode("ascii", "replace")), \
                        self.assertRaises(UserError):
                    card.write({field.name: text})

    def test_registration(self):
        for name in ("contact_name", "partner_name", "phone", "email_from", "wechat", "name", "street", "referred"):
            for text in (LONG, *STRANGE, 5, ["x"]):
                with self.subTest(field=name, text=str(text)[:5].encode("ascii", "replace")), \
                        self.assertRaises(UserError):
                    self._register(**{name: text})
        with self.assertRaises(UserError):
            self.env["crm.lead"].with_user(self.consultant).create(
                {"contact_name": LONG, "phone": "13912345678", "team_id": self.team.id})

    def test_known_customer(self):
        card = self._approved()
        for vals in ({"contact_name": LONG}, {"description": "x" * 200_000}, {"contact_name": "\x00"}):
            with self.subTest(vals=list(vals)), self.assertRaises(UserError):
                self._register(phone=card.phone, **vals)
        for note in ("x" * 20_000, "\x00", 5):
            with self.subTest(note=str(note)[:5]), self.assertRaises(UserError):
                card.with_user(self.consultant).action_repeat_inquiry({"note": note})
        desk = self.env["crm.lead"].with_user(self.reception)
        for phone in (LONG, "\x00", 5, ["x"]):
            with self.subTest(phone=str(phone)[:5]), self.assertRaises(UserError):
                desk.action_look_up_phone(phone)

    def test_small_tables(self):
        for model, field, most in self._texts(
                "auto.lead.focus", "auto.won.reason", "auto.reject.reason", "auto.callback.outcome", "auto.lead.grade",
                "auto.callback.rule", "fleet.vehicle.model.brand"):
            record = model.search([], limit=1)
            for text in ("x" * (most + 1), *STRANGE):
                with self.subTest(field=str(field)), self.assertRaises(ValidationError):
                    record.write({field.name: text})
                with self.subTest(field=str(field), create=True), self.assertRaises(ValidationError):
                    model.create({"name": "x", "code": "x", field.name: text} if "code" in model else
                                 {"name": "x", field.name: text})
                if field.translate:
                    with self.subTest(field=str(field), translation=True), self.assertRaises(ValidationError):
                        record.update_field_translations(field.name, {"en_US": text})

    def test_dialogs(self):
        for model, field, most in self._texts():
            if model._transient and model._name.startswith("auto."):
                for text in ("x" * (most + 1), *STRANGE, 5):
                    with self.subTest(field=str(field)), self.assertRaises(UserError):
                        model.create({field.name: text})

    def test_reasons_and_notes(self):
        """Whatever button asks why, the answer is bounded, and nothing happens without it."""
        card, sold, lost = self._approved(), self._won(), self._lost()
        new = self._register(3)
        own, call = card.with_user(self.consultant), card.auto_callback_id.with_user(self.consultant)
        review = new[0].open_review_id.with_user(self.reviewer)
        for text in ("很" * 20_000, "好\x00", "\ud800"):
            for name, button in {
                "feedback": lambda text: own.action_log_callback(self.outcome_reached.id, feedback=text),
                "done": lambda text: call.action_feedback(feedback=text),
                "care": lambda text: sold.activity_ids.with_user(self.consultant).action_log_care(
                    self.outcome_reached.id, feedback=text),
                "cancel": call.action_auto_cancel,
                "shift": lambda text: call.action_auto_shift(str(call.date_deadline), text) and
                call.action_auto_shift(fields.Date.add(call.date_deadline, days=1), text),
                "approve": lambda text: review.action_approve(note=text),
                "approve some": lambda text: review.action_approve(note=text, partial=True),
                "return": review.action_return,
                "return some": lambda text: review.action_return(text, partial=True),
                "reject": lambda text: review.action_reject(self.reject_reason.id, text),
                "won": lambda text: own.action_propose_won({"won_reason_id": self.won_reason.id, "note": text}),
                "order": lambda text: own.action_propose_won({"won_reason_id": self.won_reason.id, "order_ref": text}),
                "lost": lambda text: own.action_propose_lost({"lost_reason_id": self.lost_reason.id, "note": text}),
                "cancellation": lambda text: sold.with_user(self.consultant).action_propose_cancel({"note": text}),
                "reopen": lambda text: lost.with_user(self.consultant).action_reopen(text),
                "release": lambda text: card.with_user(self.reviewer).action_release(text),
                "reverse": lambda text: card.auto_event_ids[:1].with_user(self.manager).action_reverse(text),
                "summary": lambda text: call.write({"summary": text}),
                "note of a call": lambda text: call.write({"note": text * 10}),
            }.items():
                with self.subTest(button=name, text=text[:1].encode("ascii", "replace")), \
                        self.assertRaises(UserError):
                    button(text)
        self.assertEqual((card.attempt_count, new[0].review_state, lost.auto_decided), (0, "pending", "lost"))

    def test_names_customer_field_and_remedy(self):
        card = self._approved().with_user(self.consultant)
        with self.assertRaisesRegex(
                ValidationError, "王: \"Contact Name\" holds 250 characters at most, and these are 3000. Shorten"):
            card.contact_name = LONG
        with self.assertRaisesRegex(ValidationError, "\"WeChat\" contains characters that cannot be stored"):
            card.wechat = "a\x00b"
        with self.assertRaises(ValidationError) as caught:
            self._register(contact_name=LONG)
        self.assertLess(len(str(caught.exception)), 200, "the text itself is not repeated")

    def test_what_fits_is_taken(self):
        name = LONG[:250]
        card = self._register(contact_name=name, salutation="ms", wechat=LONG[:250], partner_name=LONG[:250])
        self.assertEqual(len(card.name), 250)
        card.review_ids.with_user(self.reviewer).action_approve()
        self.assertEqual((card.contact_name, card.partner_id.name), (name, name))
        card.with_user(self.consultant).action_log_callback(self.outcome_reached.id, feedback=LONG[:1000] * 10)

    def test_standard_stays_standard(self):
        lead = self.env["crm.lead"].with_user(self.manager).create(
            {"name": LONG, "team_id": self.standard_team.id, "user_id": self.manager.id})
        self.assertEqual(lead.name, LONG)
        lead.activity_schedule("mail.mail_activity_data_todo", summary=LONG)

    def test_import(self):
        result = self.env["crm.lead"].with_user(self.manager).load(
            ["contact_name", "phone", "wechat", "team_id/.id"],
            [["甲", "13911110001", "a", str(self.team.id)], [LONG, "13911110002", "b", str(self.team.id)]])
        self.assertFalse(result["ids"])
        self.assertIn("Contact Name", result["messages"][0]["message"])
        for column in ("source_id", "vehicle_brand_id", "focus_ids", "industry_id", "medium_id"):
            with self.subTest(column=column):
                result = self.env["crm.lead"].with_user(self.manager).load(
                    ["contact_name", "wechat", column, "team_id/.id"],
                    [["甲", "jia-1", LONG, str(self.team.id)]])
                self.assertFalse(result["ids"])
                self.assertEqual((result["messages"][0]["record"], result["messages"][0]["field"]), (0, column))
                self.assertLess(len(result["messages"][0]["message"]), 600)

    # ------------------------------------------------------------
    # STRANGERS
    # ------------------------------------------------------------

    def _mail(self, number, subject="Car", sender="stranger@example.com", user=None):
        alias = self.env["mail.alias"].create({
            "alias_name": "showroom", "alias_model_id": self.env["ir.model"]._get_id("crm.lead"),
            "alias_defaults": {"team_id": self.team.id}})
        mail = MAIL.format(sender=sender, subject=subject, number=number)
        self.env["ir.config_parameter"].set_param("mail.catchall.domain", "example.com")
        alias.alias_domain_id = self.env["mail.alias.domain"].search([], limit=1) or self.env[
            "mail.alias.domain"].create({"name": "example.com"})
        mail = mail.replace("showroom@example.com", alias.alias_full_name)
        with patch.object(self.env.registry["mail.thread"], "_detect_loop_headers", lambda *args: False):
            card_id = self.env["mail.thread"].with_user(user or self.env.user).sudo().message_process(None, mail)
        alias.unlink()
        return self.env["crm.lead"].browse(card_id)

    def test_mail_with_a_long_subject(self):
        card = self._mail(1, subject="x" * 3000, sender="李女士 <stranger@example.com>")
        self.assertTrue(card.auto_workflow)
        self.assertEqual(card.name, "李女士")
        self.assertIn("x" * 3000, card.message_ids.mapped("subject"), "whole in the history")
        card.review_ids.with_user(self.manager).action_approve()
        self.assertEqual(card.review_state, "approved")

    def test_mail_with_a_long_sender(self):
        card = self._mail(2, sender=f"\"{'y' * 3000}\" <stranger@example.com>")
        self.assertEqual((card.email_from, card.contact_name), ("stranger@example.com", "y" * 250))
        self.assertEqual(card.email_normalized, "stranger@example.com")

    def test_mail_of_a_colleague(self):
        """Whoever forwards a mail finds its card too."""
        self.consultant.email = "consultant@example.com"
        card = self._mail(3, subject="x" * 3000, sender="consultant@example.com")
        self.assertEqual(card.email_from, "consultant@example.com")
        self.assertIn("x" * 3000, card.message_ids.mapped("subject"))

    def test_copies_of_the_mails_that_follow(self):
        card = self._mail(4)
        many = ", ".join(f"person{number}@example.com" for number in range(300))
        card.sudo().message_update({"cc": many, "email_from": "stranger@example.com"})
        self.assertLessEqual(len(card.email_cc), 2000)
        self.assertTrue(card.email_cc.endswith("@example.com"))
        self.assertTrue(any("person299@example.com" in body for body in card.message_ids.mapped("body")))
        with self.assertRaises(UserError):
            card.with_user(self.manager).email_cc = many

    def test_what_a_web_form_adds(self):
        card = self.env["crm.lead"].sudo().create({"name": "x", "phone": "13912345670", "team_id": self.team.id})
        card.update({"description": "z" * 150_000})
        self.assertTrue(any("z" * 150_000 in body for body in card.message_ids.mapped("body")))

    def test_web_form(self):
        """A card made as superuser, as Odoo's web form does, shortens what is too long: nobody could be told."""
        card = self.env["crm.lead"].sudo().create({
            "name": LONG, "contact_name": f"{LONG}\x00", "phone": "13912345678", "team_id": self.team.id,
            "description": "z" * 150_000, "wechat": "\x00"})
        self.assertTrue(card.auto_workflow)
        self.assertEqual((card.name, card.contact_name), (LONG[:250], LONG[:250]))
        self.assertFalse(card.wechat)
        body = card.message_ids.mapped("body")
        self.assertTrue(any(LONG in text for text in body) and any("z" * 150_000 in text for text in body))
        card.review_ids.with_user(self.reviewer).action_approve()
        self.assertEqual(card.review_state, "approved")

    def test_markup_of_a_stranger_is_text(self):
        card = self.env["crm.lead"].sudo().create({
            "name": "<script>x</script>" + LONG, "phone": "13912345679", "team_id": self.team.id})
        self.assertFalse(any("<script>" in body for body in card.message_ids.mapped("body")))

    def test_standard_lead_that_enters(self):
        lead = self.env["crm.lead"].create({"name": LONG, "contact_name": LONG, "team_id": self.standard_team.id})
        lead.team_id = self.team
        self.assertTrue(lead.auto_workflow)
        self.assertEqual((lead.name, lead.contact_name), (LONG[:250], LONG[:250]))
        self.assertTrue(any(Markup(LONG) in body for body in lead.message_ids.mapped("body")))


@tagged("standard", "post_install", "-at_install")
class TestDecideTogether(AutoLeadCase):

    def setUp(self):
        super().setUp()
        self.cards = self._register(9)
        self.reviews = self.env["auto.lead.review"].with_user(self.reviewer).browse(self.cards.review_ids.ids)
        self.env.flush_all()

    def _spoil(self, *places):
        """Give cards a name that no index of contacts takes, as an older version let them have.

        :return: ids of their requests
        """
        for place in places:
            self.env.cr.execute("UPDATE crm_lead SET contact_name = %s WHERE id = %s", [LONG, self.cards[place].id])
        self.env.invalidate_all()
        return [self.cards[place].review_ids.id for place in places]

    def assertConsistent(self, bad):
        """Check that the cache has what the database has, and that only the bad ones still wait."""
        self.assertEqual(set(self.reviews.filtered(lambda review: review.state == "pending").ids), set(bad))
        for card in self.cards:
            waits = card.review_ids.id in bad
            self.assertEqual(card.review_state, "pending" if waits else "approved")
            self.assertEqual(card.type, "lead" if waits else "opportunity")
            self.assertEqual(bool(card.partner_id), not waits)
            self.assertEqual(self._kinds(card).count("approved"), 0 if waits else 1)
        cached = [(card.review_state, card.partner_id.id, card.open_review_id.id) for card in self.cards]
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(cached, [
            (card.review_state, card.partner_id.id, card.open_review_id.id) for card in self.cards])
        self.assertOneCallback(self.cards)

    @mute_logger("odoo.sql_db", "odoo.addons.auto_lead_mgmt.models.auto_lead_review_together")
    def test_the_others_are_decided(self):
        for places in ((4,), (0, 8), (1, 2, 3)):
            with self.subTest(places=places), self.env.cr.savepoint() as savepoint:
                bad = self._spoil(*places)
                result = self.reviews.action_approve(partial=True)
                self.assertEqual(sorted(result["done"]), sorted(set(self.reviews.ids) - set(bad)))
                self.assertEqual([item["id"] for item in result["refused"]], bad)
                for item in result["refused"]:
                    self.assertRegex(item["reason"], "\"Contact Name\" holds 250 characters at most")
                    self.assertNotRegex(item["reason"], "(?i)index|btree|sql|psycopg|LINE")
                self.assertConsistent(bad)
                savepoint.rollback()
            self.env.invalidate_all()

    @mute_logger("odoo.sql_db", "odoo.addons.auto_lead_mgmt.models.auto_lead_review_together")
    def test_all_bad(self):
        bad = self._spoil(*range(9))
        result = self.reviews.action_approve(partial=True)
        self.assertEqual((result["done"], [item["id"] for item in result["refused"]]), ([], bad))
        self.assertConsistent(bad)

    @mute_logger("odoo.sql_db", "odoo.addons.auto_lead_mgmt.models.auto_lead_review_together")
    def test_nothing_is_decided_without_partial(self):
        bad = self._spoil(4)
        with self.assertRaisesRegex(UserError, "\"Contact Name\" holds 250 characters at most"):
            self.reviews.action_approve()
        self.assertConsistent(self.reviews.ids)
        self.assertTrue(bad)

    @mute_logger("odoo.sql_db", "odoo.addons.auto_lead_mgmt.models.auto_lead_review_together")
    def test_the_card_goes_back_too(self):
        """What was to be written on a card with the decision is not written where the decision fails."""
        bad = self._spoil(4)
        self.reviews.action_approve(user_id=self.colleague.id, grade_id=self.grade["H"].id, partial=True)
        owners = {card: card.user_id for card in self.cards}
        self.assertEqual(owners[self.cards[4]], self.consultant)
        self.assertEqual(set(owners.values()), {self.consultant, self.colleague})
        self.assertFalse(self.cards[4].intent_grade_id)
        self.assertConsistent(bad)

    @mute_logger("odoo.sql_db", "odoo.addons.auto_lead_mgmt.models.auto_lead_review_together")
    def test_return_and_reject(self):
        """One that breaks holds up no other, whatever it is: an error of the program, of the database, a refusal."""
        Lead = self.env.registry["crm.lead"]
        for error in (ZeroDivisionError("1/0"), UserError("因故不能办理"), None):
            for method, patched, arguments in (
                ("action_return", "_auto_return_registration", ("资料不全",)),
                ("action_reject", "_auto_reject_registration", (self.reject_reason.id,)),
                ("action_approve", "_auto_approve_registration", ()),
            ):
                original, bad = getattr(Lead, patched), self.cards[3]

                def fail(cards, reviews, original=original, error=error, bad=bad):
                    if bad in cards:
                        if error:
                            raise error
                        cards.env.cr.execute("SELECT no_such_function()")
                    return original(cards, reviews)

                with self.subTest(method=method, error=error), patch.object(Lead, patched, fail), \
                        self.env.cr.savepoint() as savepoint:
                    result = getattr(self.reviews, method)(*arguments, partial=True)
                    self.assertEqual([item["id"] for item in result["refused"]], bad.review_ids.ids)
                    self.assertEqual(len(result["done"]), 8)
                    self.assertIn("因故" if isinstance(error, UserError) else "王", result["refused"][0]["reason"])
                    self.assertNotIn("function", result["refused"][0]["reason"])
                    self.assertEqual(bad.review_state, "pending")
                    savepoint.rollback()
                    with self.assertRaises(UserError):
                        getattr(self.reviews, method)(*arguments)
                self.env.invalidate_all()

    def test_one_savepoint_for_the_good_case(self):
        self.env.flush_all()
        self.env.invalidate_all()
        statements, execute = [], type(self.env.cr).execute

        def listen(cursor, query, *args, **kwargs):
            statements.append(str(query))
            return execute(cursor, query, *args, **kwargs)

        with patch.object(type(self.env.cr), "execute", listen):
            self.reviews.action_approve(partial=True)
        self.assertEqual(sum("SAVEPOINT" in text and "RELEASE" not in text for text in statements), 1)

    @mute_logger("odoo.sql_db", "odoo.addons.auto_lead_mgmt.models.auto_lead_review_together")
    def test_with_those_that_may_not_be_decided(self):
        bad = self._spoil(4)
        self.reviews[0].action_approve()
        result = self.reviews.action_approve(partial=True)
        self.assertEqual(sorted(item["id"] for item in result["refused"]), sorted([self.reviews[0].id, *bad]))
        self.assertEqual(len(result["done"]), 7)
        self.assertConsistent(bad)

    @mute_logger("odoo.sql_db", "odoo.addons.auto_lead_mgmt.models.auto_lead_review_together")
    def test_by_the_dialog(self):
        bad = self._spoil(4)
        self.env["auto.lead.decide"].with_user(self.reviewer).create({
            "review_ids": [(6, 0, self.reviews.ids)], "decision": "approve", "partial": True}).action_decide()
        self.assertConsistent(bad)
