import base64
from contextlib import closing
from email.message import EmailMessage
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.auto_lead_mgmt.models import mail_thread_inquiry

from .common import AgreeMixin, AutoLeadCase

WANG = ("王先生", "wang@example.com")
OUTLOOK = """<html><body><p>请跟进</p><div style="border-top:solid #E1E1E1 1.0pt">
<p class="MsoNormal"><b>{label}:</b> 王先生
 &lt;<a href="mailto:wang@example.com">wang@example.com</a>&gt; <br><b>Sent:</b> Monday<br>
<b>To:</b> Showroom &lt;showroom@example.com&gt;<br><b>Subject:</b> 途观</p></div><p>周末有空</p></body></html>"""
GMAIL = """<div dir="ltr">看看<br><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">
---------- Forwarded message ---------<br>{label}: <strong class="gmail_sendername" dir="auto">王先生</strong>
 <span dir="auto">&lt;<a href="mailto:wang@example.com">wang@example.com</a>&gt;</span><br>Date: Mon<br></div></div>
</div>"""
QQ = """<div>请联系</div><div style="padding:2px 0;">------------------&nbsp;原始邮件&nbsp;------------------</div>
<div style="background:#efefef;"><div><b>发件人:</b>&nbsp;"王先生"&nbsp;&lt;wang@example.com&gt;;</div>
<div><b>收件人:</b>&nbsp;"展厅"&lt;showroom@example.com&gt;;</div></div>"""
TABLE = """<div>---- 转发的邮件 ----</div><table><tr><td>发件人</td><td><a href="mailto:wang@example.com">王先生</a>
&lt;wang@example.com&gt;</td></tr><tr><td>日期</td><td>周一</td></tr></table>"""
PLAIN = """请跟进

> {label} {who}
> Subject: 途观
"""
BOUNCE = """--x
Content-Type: text/plain

Undelivered
--x
Content-Type: message/delivery-status

Reporting-MTA: dns; example.com

Final-Recipient: rfc822; wang@example.com
Action: failed
Status: 5.1.1

--x
Content-Type: message/rfc822

Message-Id: {message}
To: wang@example.com
Subject: x

x
--x--
"""


def encoded(text, charset, quoted=False):
    word = f"=?{charset}?B?{base64.b64encode(text.encode(charset)).decode()}?="
    return f'"{word}"' if quoted else word


@tagged("standard", "post_install", "-at_install")
class TestMailDoor(AgreeMixin, AutoLeadCase):
    """A mail to an automotive team registers who wrote it, as the desk does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("mail.catchall.domain.allowed", False)
        cls.domain = cls.env["mail.alias.domain"].search([], limit=1) or cls.env["mail.alias.domain"].create(
            {"name": "dealer.example.com"})
        cls.company.alias_domain_id = cls.domain
        for team, name in ((cls.team, "showroom"), (cls.standard_team, "standard")):
            team.write({"alias_name": name, "alias_domain_id": cls.domain.id, "use_leads": True})
            team.alias_id.write({"alias_contact": "everyone", "alias_defaults": {"team_id": team.id}})
            team.alias_id.alias_status = "valid"
        cls.consultant.email = "consultant@example.com"
        cls.mails = 0

    def _mail(self, sender="王先生 <wang@example.com>", body="周末有空", to="showroom", charset="utf-8", **headers):
        """Receive a mail at the alias of a team; return the lead, or an empty one."""
        type(self).mails += 1
        kind = "html" if body.startswith("<") else "plain"
        headers = {
            "From": sender, "To": f"{to}@{self.domain.name}", "Subject": "想看途观",
            "Message_Id": f"<{self.mails}@mail.example.com>", "Content_Transfer_Encoding": "8bit",
            "Content_Type": f'text/{kind}; charset="{charset}"', **headers}
        head = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in headers.items())
        leads = self.env["crm.lead"].with_user(self.env.ref("base.user_root"))
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            found = leads.message_process(None, head.encode(charset) + b"\n" + body.encode(charset))
        return self.env["crm.lead"].with_context(active_test=False).browse(found or ())

    def _count(self):
        return self.env["crm.lead"].with_context(active_test=False).search_count([])

    def _inquiries(self, card):
        return self._kinds(card).count("inquiry")

    # ------------------------------------------------------------
    # WHO
    # ------------------------------------------------------------

    def test_name_of_the_sender(self):
        """The name is what the sender calls himself, however it is written, and never the subject."""
        for sender, expected in {
            "王先生 <wang@example.com>": WANG,
            f"{encoded('王先生', 'utf-8')} <wang@example.com>": WANG,
            f"{encoded('王先生', 'gb18030')} <wang@example.com>": WANG,
            f"{encoded('王先生', 'gb18030', quoted=True)} <wang@example.com>": WANG,
            f"{encoded('王', 'gbk')} {encoded('先生', 'gbk')} <Wang@Example.com>": WANG,
            '"王先生" <wang@example.com>': WANG,
            '"Wang, Xiansheng" <wang@example.com>': ("Wang, Xiansheng", WANG[1]),
            f"{encoded('Wang, Xiansheng', 'utf-8')} <wang@example.com>": ("Wang, Xiansheng", WANG[1]),
            "wang@example.com": (False, WANG[1]),
            "<wang@example.com>": (False, WANG[1]),
            '"wang@example.com" <wang@example.com>': (False, WANG[1]),
            "'wang@example.com' <wang@example.com>": (False, WANG[1]),
            '"王先生 (wang@example.com)" <wang@example.com>': WANG,
            '"-" <wang@example.com>': (False, WANG[1]),
            "noreply@example.com": (False, "noreply@example.com"),
        }.items():
            with self.subTest(sender=sender), closing(self.env.cr.savepoint()):
                card = self._mail(sender)
                self.assertEqual((card.contact_name, card.email_from), expected)
                self.assertEqual(card.name, expected[0] or expected[1])
                self.assertEqual(card.review_state, "pending" if expected[0] else "draft")
                self.assertIn("想看途观", card.description)
                self.assertIn("想看途观", card.message_ids.mapped("subject"))
                self.assertFalse(card.partner_id)
                self.assertAgree(card)

    def test_text_in_the_charset_of_the_mail(self):
        for charset in ("utf-8", "gb18030"):
            with closing(self.env.cr.savepoint()):
                card = self._mail(body="周末有空", charset=charset)
                self.assertEqual((card.contact_name, card.email_from), WANG)
                self.assertTrue(any("周末有空" in body for body in card.message_ids.mapped("body")))

    def test_subject_is_a_note_as_it_is(self):
        card = self._mail(Subject="Re: <b>A & B</b>")
        self.assertIn("&lt;b&gt;A &amp; B&lt;/b&gt;", card.description)
        self._mail(Subject="1 < 2 & 3")
        self.assertTrue(any("Asked again: 1 &lt; 2 &amp; 3" in body for body in card.message_ids.mapped("body")))
        self.assertEqual(card.contact_name, "王先生")

    def test_forwarded_by_a_colleague(self):
        """The customer is who wrote first, in whatever words the mail program says it."""
        for name, body in {
            "outlook": OUTLOOK.format(label="From"), "outlook zh": OUTLOOK.format(label="发件人"),
            "outlook de": OUTLOOK.format(label="Von"), "outlook tw": OUTLOOK.format(label="寄件者"),
            "gmail": GMAIL.format(label="From"), "gmail fr": GMAIL.format(label="De"), "qq": QQ, "table": TABLE,
            "plain": PLAIN.format(label="From:", who="王先生 <wang@example.com>"),
            "plain zh": PLAIN.format(label="发件人：", who='"王先生" <wang@example.com>'),
            "plain mailto": PLAIN.format(label="From:", who="王先生 [mailto:wang@example.com]"),
            "forwarded twice": PLAIN.format(label="From:", who="x <consultant@example.com>") + PLAIN.format(
                label="> From:", who="王先生 <wang@example.com>"),
            "from the alias": PLAIN.format(label="From:", who=f"x <showroom@{self.domain.name}>") + PLAIN.format(
                label="From:", who="王先生 <wang@example.com>"),
        }.items():
            with self.subTest(name=name), closing(self.env.cr.savepoint()):
                card = self._mail("Consultant <consultant@example.com>", body)
                self.assertEqual((card.contact_name, card.email_from), WANG)
                self.assertFalse(card.partner_id)

    def test_address_alone_in_a_forwarded_mail(self):
        card = self._mail("Consultant <consultant@example.com>", PLAIN.format(label="From:", who="wang@example.com"))
        self.assertEqual((card.contact_name, card.email_from), (False, WANG[1]))

    def test_not_forwarded(self):
        """Without the header of a first mail the sender is the customer; so is a stranger who forwards something."""
        forwarded = PLAIN.format(label="From:", who="王先生 <wang@example.com>")
        for sender, body, expected in (
            ("李女士 <consultant@example.com>", "周末有空", ("李女士", "consultant@example.com")),
            ("李女士 <consultant@example.com>", "From now on: li@example.com\nFrom: tomorrow",
             ("李女士", "consultant@example.com")),
            ("李女士 <li@example.com>", forwarded, ("李女士", "li@example.com")),
        ):
            with self.subTest(sender=sender), closing(self.env.cr.savepoint()):
                card = self._mail(sender, body)
                self.assertEqual((card.contact_name, card.email_from), expected)
                self.assertEqual(card.registrar_id, self.env.ref("base.user_root"))
                self.assertFalse(card.partner_id)
                self.assertFalse(card.auto_event_ids.filtered(lambda row: row.actor_id == self.consultant))
        self.consultant.active = False
        card = self._mail("李女士 <consultant@example.com>", forwarded)
        self.assertEqual(card.contact_name, "李女士")

    def test_redirected(self):
        card = self._mail(Resent_From="Consultant <consultant@example.com>", Resent_To="showroom@example.com")
        self.assertEqual((card.contact_name, card.email_from), WANG)

    def test_whom_to_answer(self):
        """Behind a machine or a function, the customer is who is to be answered; a person is himself."""
        answer = "王先生 <wang@example.com>"
        for sender, reply_to, expected in (
            ("Portal <noreply@portal.example.com>", answer, WANG),
            ("no-reply@portal.example.com", answer, WANG),
            ("Portal <do.not.reply+7@portal.example.com>", encoded("王先生", "gb18030") + " <wang@example.com>", WANG),
            ("Portal <service@portal.example.com>", "wang@example.com", (False, WANG[1])),
            (f"showroom@{self.domain.name}", answer, WANG),
            ("李女士 <li@example.com>", answer, ("李女士", "li@example.com")),
            ("Portal <noreply@portal.example.com>", "noreply@portal.example.com",
             ("Portal", "noreply@portal.example.com")),
            ("Portal <noreply@portal.example.com>", f"showroom@{self.domain.name}",
             ("Portal", "noreply@portal.example.com")),
        ):
            with self.subTest(sender=sender, reply_to=reply_to), closing(self.env.cr.savepoint()):
                card = self._mail(sender, Reply_To=reply_to)
                self.assertEqual((card.contact_name, card.email_from), expected)

    def test_known_contact(self):
        """A contact that all can read is linked, as ever; that of a colleague is no customer."""
        contact = self.env["res.partner"].create({"name": "王先生", "email": "wang@example.com"})
        for sender in ("W <wang@example.com>", "wang@example.com"):
            with closing(self.env.cr.savepoint()):
                card = self._mail(sender)
                self.assertEqual((card.partner_id, card.contact_name), (contact, "W" if "W" in sender else "王先生"))
        self.assertFalse(self._mail("李女士 <consultant@example.com>").partner_id)

    # ------------------------------------------------------------
    # AGAIN
    # ------------------------------------------------------------

    def test_two_mails_in_a_row(self):
        """One card and one repeat, both mails in its thread; the second renames and reassigns nobody."""
        self.team.user_id = self.reviewer
        card = self._mail()
        self.assertEqual(card.user_id, self.reviewer)
        card.user_id = self.consultant
        count = self._count()
        again = self._mail("Mr W <WANG@example.com>", Subject="Also a Passat?")
        self.assertEqual(again, card)
        self.assertEqual(self._count(), count)
        self.assertEqual(self._inquiries(card), 2)
        self.assertEqual((card.name, card.contact_name, card.user_id), ("王先生", "王先生", self.consultant))
        mails = card.message_ids.filtered(lambda message: message.message_type == "email")
        self.assertEqual({*mails.mapped("subject")}, {"想看途观", "Also a Passat?"})
        subtypes = {mail.subject: mail.subtype_id for mail in mails}
        self.assertEqual(subtypes["Also a Passat?"], self.env.ref("mail.mt_comment"))
        self.assertNotEqual(subtypes["想看途观"], self.env.ref("mail.mt_comment"))
        self.assertTrue(any("Also a Passat?" in body for body in card.message_ids.mapped("body")))

    def test_owner_is_told_of_the_mail_of_his_customer(self):
        card = self._approved(email_from="wang@example.com", contact_name="王先生", phone=False)
        card.message_subscribe(partner_ids=self.consultant.partner_id.ids)
        self._mail()
        mail = card.message_ids.filtered(lambda message: message.message_type == "email")
        self.assertIn(self.consultant.partner_id, mail.notified_partner_ids)

    def test_attachments_stay_with_the_card(self):
        mail = EmailMessage()
        mail["From"], mail["To"] = "王先生 <wang@example.com>", f"showroom@{self.domain.name}"
        mail["Message-Id"] = "<file@mail.example.com>"
        mail.set_content("x")
        mail.add_attachment(b"licence", maintype="image", subtype="png", filename="licence.png")
        root = self.env["crm.lead"].with_user(self.env.ref("base.user_root"))
        known = self._mail()
        card = self.env["crm.lead"].browse(root.message_process(None, mail.as_bytes()))
        self.assertEqual(card, known)
        self.assertEqual(card.message_ids.attachment_ids.mapped("name"), ["licence.png"])

    def test_lost_customer_returns(self):
        card = self._lost()
        card.email_from, card.phone = "wang@example.com", False
        self.assertEqual(self._mail(), card)
        self.assertEqual((card.auto_decided, card.active), ("open", True))

    def test_buyer_and_invalid_registration_ask_anew(self):
        bought, rejected = self._won(), self._register()
        bought.email_from, rejected.email_from = "wang@example.com", "li@example.com"
        rejected.open_review_id.with_user(self.reviewer).action_reject(self.reject_reason.id)
        for sender in ("王先生 <wang@example.com>", "李女士 <li@example.com>"):
            card = self._mail(sender)
            self.assertNotIn(card, bought | rejected)
            self.assertEqual((card.review_state, self._inquiries(card)), ("pending", 1))
            self.assertEqual(self._mail(sender), card)

    def test_values_of_the_alias(self):
        source = self.env["utm.source"].create({"name": "Mailbox"})
        self.team.alias_id.alias_defaults = {
            "team_id": self.team.id, "source_id": source.id, "user_id": self.colleague.id}
        card = self._mail(Cc="li@example.com", X_Priority="1")
        self.assertEqual((card.source_id, card.user_id), (source, self.colleague))
        self.assertEqual(card.email_cc, "li@example.com")

    def test_team_of_another_company(self):
        """The gateway works at no desk: the card is one of the team's company."""
        company = self.env["res.company"].create({"name": "Second dealer"})
        self.env.ref("base.user_root").company_ids = [Command.unlink(company.id)]
        team = self.env["crm.team"].create({"name": "Second", "auto_workflow": True, "company_id": company.id})
        self.team.alias_id.alias_defaults = {"team_id": team.id}
        card = self._mail()
        self.assertEqual((card.company_id, card.team_id), (company, team))
        self.assertEqual(self._mail(), card)

    def test_too_many(self):
        """Who writes more often than Odoo lets a sender create records asks no more."""
        self.env["ir.config_parameter"].set_param("mail.gateway.loop.threshold", 3)
        card = self._mail()
        for _index in range(4):
            self._mail()
        self.assertEqual(self._inquiries(card), 3)
        self.env["mail.gateway.allowed"].create({"email": "wang@example.com"})
        self._mail()
        self.assertEqual(self._inquiries(card), 4)

    # ------------------------------------------------------------
    # NO INQUIRY
    # ------------------------------------------------------------

    AUTOMATIC = (
        {"Auto_Submitted": "auto-replied"}, {"Auto_Submitted": "auto-generated; owner-email=x@example.com"},
        {"Auto_Submitted": "AUTO-NOTIFIED (x)"}, {"Precedence": "bulk"}, {"Precedence": "List"},
        {"Precedence": "junk"}, {"Precedence": "auto_reply"}, {"List_Id": "Cars <cars.example.com>"},
        {"X_Autoreply": "yes"}, {"X_Autorespond": "想看途观"}, {"Return_Path": "<>"},
    )

    def test_automatic_mails(self):
        known = self._mail()
        for headers in self.AUTOMATIC:
            for sender in ("王先生 <wang@example.com>", "李女士 <li@example.com>"):
                with self.subTest(sender=sender, **headers), closing(self.env.cr.savepoint()):
                    count, messages = self._count(), len(known.message_ids)
                    self.assertFalse(self._mail(sender, **headers))
                    self.assertEqual(self._count(), count)
                    self.assertEqual((self._inquiries(known), len(known.message_ids)), (1, messages))

    def test_the_log_says_why(self):
        with patch.object(mail_thread_inquiry._logger, "info") as info:
            self._mail(Auto_Submitted="auto-replied")
        self.assertEqual(info.call_args.args[1:], (
            f"<{self.mails}@mail.example.com>", "Auto-Submitted: auto-replied"))

    def test_mails_of_people(self):
        """What a program writes on every mail marks no automatic one."""
        for headers in (
            {"Auto_Submitted": "no"}, {"Precedence": "normal"}, {"X_Auto_Response_Suppress": "All"},
            {"X_Autoreply": "no"}, {"Return_Path": "<wang@example.com>"},
            {"List_Unsubscribe": "<mailto:x@example.com>"}, {"X_Odoo_Objects": "sale.order-1"},
        ):
            with self.subTest(**headers), closing(self.env.cr.savepoint()):
                self.assertEqual(self._mail(**headers).contact_name, "王先生")

    def test_own_notifications(self):
        for sender in (f"Odoo <notifications@{self.domain.name}>", "Consultant <consultant@example.com>"):
            for headers in (
                {"X_Odoo_Objects": "crm.lead-1"}, {"Message_Id": "<1.2-openerp-5-crm.lead@dealer>"},
            ):
                self.assertFalse(self._mail(sender, **headers))

    def test_reply_in_a_thread(self):
        """A reply is a message, no inquiry, also an automatic one."""
        card = self._mail()
        first = card.message_ids.filtered(lambda message: message.message_type == "email")
        for headers in ({}, *self.AUTOMATIC):
            with self.subTest(**headers):
                count = len(card.message_ids)
                self.assertEqual(self._mail(In_Reply_To=first.message_id, **headers), card)
                self.assertEqual(len(card.message_ids), count + 1)
        self.assertEqual(self._inquiries(card), 1)

    def test_bounce(self):
        """A bounce is left to Odoo, and is no inquiry."""
        card = self._mail()
        message = card.with_user(self.manager).message_post(
            body="x", message_type="comment", subtype_xmlid="mail.mt_comment")
        report = BOUNCE.format(message=message.message_id)
        for headers in (
            {"Content_Type": "multipart/report; report-type=delivery-status; boundary=x", "body": report},
            {"to": "bounce", "In_Reply_To": message.message_id}, {"sender": "Mail <MAILER-DAEMON@example.com>"},
        ):
            with self.subTest(**headers):
                count = self._count()
                with patch.object(self.env.registry["mail.thread"], "_routing_handle_bounce") as handled:
                    self.assertFalse(self._mail(**headers))
                handled.assert_called_once()
                self.assertEqual((self._count(), self._inquiries(card)), (count, 1))

    # ------------------------------------------------------------
    # JOINED
    # ------------------------------------------------------------

    def _joined(self):
        """Return a card made by a mail, the known customer to whom it was joined, and the mail."""
        known = self._approved()
        card = self._mail()
        mail = card.message_ids.filtered(lambda message: message.message_type == "email")
        card.open_review_id.with_user(self.reviewer).sudo(False).action_join(known.id)
        return card, known, mail

    def test_reply_to_a_joined_card(self):
        card, known, mail = self._joined()
        self.assertEqual(card.auto_joined_id, known)
        count = len(card.message_ids)
        inquiries = self._inquiries(known)
        self.assertEqual(self._mail(Subject="Re: 途观", In_Reply_To=mail.message_id), known)
        self.assertIn("Re: 途观", known.message_ids.mapped("subject"))
        self.assertEqual(len(card.message_ids), count)
        self.assertEqual(self._inquiries(known), inquiries)
        self.assertFalse(known.active is False)

    def test_reply_to_a_card_joined_twice(self):
        card, known, mail = self._joined()
        last = self._register(email_from="li@example.com")
        known._auto_write({"auto_joined_id": last.id})
        self.assertEqual(self._mail(In_Reply_To=mail.message_id), last)
        last._auto_write({"auto_joined_id": card.id})
        self.assertIn(self._mail(In_Reply_To=mail.message_id), card | known | last)

    def test_reply_to_a_merged_card(self):
        for auto_unlink in (True, False):
            with self.subTest(auto_unlink=auto_unlink), closing(self.env.cr.savepoint()):
                one = self._approved(email_from="wang@example.com")
                two = self._register(email_from="li@example.com")
                message = two.message_post(body="x", message_type="comment", subtype_xmlid="mail.mt_comment")
                (one | two).with_user(self.manager).merge_opportunity(auto_unlink=auto_unlink)
                self.assertEqual(self._mail("李女士 <li@example.com>", In_Reply_To=message.message_id), one)
                if not auto_unlink:
                    self.assertEqual(two.auto_joined_id, one)

    def test_joined_to_a_card_that_merges(self):
        card, known, mail = self._joined()
        other = self._approved()
        (other | known).with_user(self.manager).merge_opportunity()
        survivor = (other | known).exists()
        self.assertEqual(card.auto_joined_id, survivor)
        self.assertEqual(self._mail(In_Reply_To=mail.message_id), survivor)

    def test_released_card_is_itself_again(self):
        card, _known, mail = self._joined()
        card.with_user(self.reviewer).action_release("x")
        self.assertFalse(card.auto_joined_id)
        self.assertEqual(self._mail(In_Reply_To=mail.message_id), card)

    def test_forgotten_together(self):
        """Neither the old thread nor the card of a customer who is forgotten stays behind."""
        for forgotten in (0, 1):
            with self.subTest(forgotten=forgotten), closing(self.env.cr.savepoint()):
                card, known, mail = self._joined()
                reference = mail.message_id
                # nothing but the join says that they are one
                known.email_from = False
                (card, known)[forgotten].with_user(self.manager).action_anonymise()
                for one in (card, known):
                    self.assertEqual(one.contact_name, "Anonymised")
                    self.assertFalse(one.email_from or one.phone or one.message_ids)
                new = self._mail(In_Reply_To=reference)
                self.assertNotIn(new, card | known)
                self.assertEqual(new.contact_name, "王先生")

    def test_open_the_live_card(self):
        card, known, _mail = self._joined()
        known.user_id = self.consultant
        reviewed, own = (card.with_user(user).with_context(active_test=False) for user in (
            self.reviewer, self.colleague))
        self.assertTrue(reviewed.can_open_joined)
        self.assertEqual(reviewed.action_open_joined()["res_id"], known.id)
        card.user_id = self.colleague
        self.assertFalse(own.can_open_joined)
        self.assertEqual(own.auto_joined_id.sudo().with_user(self.colleague).display_name, f"Customer no. {known.id}")
        [row] = own.read(["auto_joined_id"])
        self.assertEqual(row["auto_joined_id"], (known.id, f"Customer no. {known.id}"))
        with self.assertRaises(AccessError):
            own.action_open_joined()
        self.assertFalse(known.with_user(self.reviewer).action_open_joined())

    # ------------------------------------------------------------
    # STANDARD
    # ------------------------------------------------------------

    def test_standard_team(self):
        """A standard team makes a lead of every mail, named after its subject."""
        for headers in ({}, {"Auto_Submitted": "auto-replied"}, {"List_Id": "<x.example.com>"}):
            lead = self._mail(to="standard", **headers)
            self.assertEqual((lead.name, lead.auto_workflow, lead.team_id), ("想看途观", False, self.standard_team))
            self.assertIn("wang@example.com", lead.email_from)
            self.assertFalse(lead.description)
        lead = self._mail("Portal <noreply@example.com>", to="standard", Reply_To="王先生 <wang@example.com>")
        self.assertIn("noreply@example.com", lead.email_from)
