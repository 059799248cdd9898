"""Customers whose every text and number is a mark that occurs nowhere else, one customer for each fate."""
import re
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.fields import Domain

# the fate of each customer, by the letter that its marks bear; the contact of a buyer is open to the company
FATES = {
    "a": "approved, with appointments", "b": "waiting for review", "c": "handed over to a colleague", "d": "bought",
    "e": "lost", "f": "rejected", "g": "released from the flow", "h": "forgotten", "k": "contact of a buyer",
}
LETTERS = "".join(FATES)
# a text and a number, in any writing; each bears its customer
MARK = re.compile(r"qzm([a-hk]\d{3})|139[ ().-]{0,2}7483[ ().-]{0,2}([1-9]\d{3})|\*\*[ ().-]{0,2}([1-9]\d{3})\b", re.I)
WRITTEN = ("char", "text", "html", "properties")
TEXT_MODELS = ("crm.lead", "auto.lead.review", "auto.lead.event")
# texts of the card, its requests and its ledger rows that bear no mark
UNMARKED = {
    "crm.lead.email_domain_criterion": "worked out from the e-mail, to find leads of one organisation",
    "crm.lead.email_normalized": "worked out from the e-mail, which has a mark",
    "crm.lead.callback_stop": "the reason of the flow for calling no more; with one, the customer has no callback",
    "crm.lead.callback_stop_numbers": "digests and names of lists, written by the flow",
    "crm.lead.phone_key": "worked out from the number, which has a mark",
    "crm.lead.phone2_key": "worked out from the number, which has a mark",
    "crm.lead.wechat_key": "worked out from the WeChat id, which has a mark",
}


def marks_in(text):
    """Return the set of the marks in a text, as they stand in ``MarkedCustomers.marks``."""
    return {
        (word or f"{LETTERS[int(number[0]) - 1]}{number[1:]}").lower()
        for word, *numbers in MARK.findall(text) for number in [numbers[0] or numbers[1]]}


def number_start(letter):
    """Return the digits that the numbers of one customer, or of all, have in common."""
    return f"7483{1 + LETTERS.index(letter) if letter else ''}"


class MarkedCustomers:
    """Mixed into a test case of ``AutoLeadCase``."""

    @classmethod
    def _live(cls):
        """Let one customer of each fate live yesterday; ``cards`` has their cards, ``marks`` says what each mark is."""
        cls.marks, cls.cards = {}, {}
        cls.yesterday = cls.company._auto_day() - timedelta(days=1)
        cls.team.lead_properties_definition = [{"name": "plate", "string": "Plate", "type": "char"}]
        with freeze_time(f"{cls.yesterday} 03:00:00"):
            # forgetting one customer empties all dialogs, so it comes first
            for letter in reversed(LETTERS.replace("k", "")):
                cls.cards[letter] = cls._live_one(letter)
        cls.env.flush_all()
        cls.env.cr.precommit.run()
        cls.env["auto.lead.event"].flush_model()
        cls.env.cr.execute("UPDATE auto_lead_event SET create_date = date")
        cls.env.invalidate_all()

    @classmethod
    def _mark(cls, letter, what):
        """Return a new text that bears a mark."""
        key = f"{letter}{len(cls.marks):03d}"
        cls.marks[key] = what
        return f"qzm{key}"

    @classmethod
    def _number_mark(cls, letter, what):
        key = f"{letter}{len(cls.marks):03d}"
        cls.marks[key] = what
        return f"139{number_start(letter)}{key[1:]}"

    @classmethod
    def _mail_mark(cls, letter, what):
        mark = cls._mark(letter, what)
        return f"{mark}@{mark}.example"

    @classmethod
    def _contact_letter(cls, letter):
        return "k" if letter == "d" else letter

    @classmethod
    def _live_one(cls, letter):
        def mark(what):
            return cls._mark(letter, what)

        consultant, reviewer, contact = cls.consultant, cls.reviewer, cls._contact_letter(letter)
        [card_id] = cls.env["crm.lead"].with_user(cls.reception).action_register([{
            "contact_name": cls._mark(contact, "name"), "partner_name": cls._mark(contact, "organisation"),
            "salutation": "mr", "street": cls._mark(contact, "street"), "wechat": mark("WeChat"),
            "phone": cls._number_mark(contact, "number"), "phone2": cls._number_mark(letter, "second number"),
            "email_from": cls._mail_mark(contact, "e-mail"),
            "description": mark("description"), "current_vehicle": mark("current vehicle"),
            "user_id": consultant.id, "vehicle_model_id": cls.model.id}])
        card = cls.env["crm.lead"].browse(card_id)
        own = card.with_user(consultant)
        own.write({"lead_properties": {"plate": mark("licence plate")}})
        cls._correspond(letter, card)
        own.action_repeat_inquiry({"note": mark("note of a repeat inquiry")})
        cls.env["auto.lead.register"].with_user(cls.reception).create({
            "phone": card.phone, "contact_name": card.contact_name, "wechat": card.wechat,
            "description": mark("note at the desk")}).action_register()
        if letter == "b":
            cls._mark_all(letter, card)
            return card
        if letter == "f":
            card.open_review_id.with_user(reviewer).action_reject(cls.reject_reason.id, mark("note of a rejection"))
            cls._mark_all(letter, card)
            return card
        card.open_review_id.with_user(reviewer).action_return(mark("note of a return"))
        own.action_submit()
        card.open_review_id.with_user(reviewer).action_approve(note=mark("note of an approval"))
        cls._call(letter, card)
        cls._end(letter, card)
        return card

    @classmethod
    def _correspond(cls, letter, card):
        """Write messages, notes and files on the card."""
        own = card.with_user(cls.consultant)
        own.message_post(body=cls._mark(letter, "message"), message_type="comment", subtype_xmlid="mail.mt_comment",
                         subject=cls._mark(letter, "subject"),
                         attachments=[(f"{cls._mark(letter, 'name of a sent file')}.txt", b"x")])
        own.message_post(body=cls._mark(letter, "internal note"))
        own.activity_schedule(
            "mail.mail_activity_data_todo", summary=cls._mark(letter, "summary of a task"),
            note=cls._mark(letter, "note of a task"), user_id=cls.consultant.id)
        cls._attach(letter, card)
        cls.env["mail.scheduled.message"].with_user(cls.consultant).create({
            "model": "crm.lead", "res_id": card.id, "body": cls._mark(letter, "scheduled message"),
            "subject": cls._mark(letter, "scheduled subject"), "author_id": cls.consultant.partner_id.id,
            "scheduled_date": fields.Datetime.now() + timedelta(days=9)})
        cls.env["mail.compose.message"].with_user(cls.consultant).create({
            "model": "crm.lead", "res_ids": str(card.ids), "body": cls._mark(letter, "message in the making"),
            "subject": cls._mark(letter, "subject in the making")})

    @classmethod
    def _attach(cls, letter, record):
        cls.env["ir.attachment"].create({
            "name": cls._mark(letter, f"name of a file ({record._name})"),
            "raw": cls._mark(letter, f"content of a file ({record._name})").encode(),
            "description": cls._mark(letter, f"description of a file ({record._name})"),
            "index_content": cls._mark(letter, f"index of a file ({record._name})"),
            "mimetype": "text/plain", "res_model": record._name, "res_id": record.id})

    @classmethod
    def _call(cls, letter, card):
        """Call the customer, agree on appointments, and write to the contact."""
        def mark(what):
            return cls._mark(letter, what)

        own, start = card.with_user(cls.consultant), fields.Datetime.now() + timedelta(days=3)
        own.auto_callback_id.write({"summary": mark("summary of a callback"), "note": mark("note of a callback")})
        own.action_log_callback(cls.outcome_reached.id, feedback=mark("feedback of a callback"))
        own.action_log_callback(
            cls.env.ref("auto_lead_mgmt.outcome_appointment").id, feedback=mark("feedback with an appointment"),
            appointment_start=fields.Datetime.to_string(start))
        meeting = cls.env["calendar.event"].with_user(cls.consultant).with_context(
            no_mail_to_attendees=True, **own.action_schedule_meeting()["context"]).create({
                "name": mark("name of an appointment"), "start": start, "stop": start + timedelta(hours=1),
                "location": mark("place of an appointment"), "description": mark("description of an appointment"),
                "videocall_location": f"https://{mark('link of an appointment')}.example"})
        meeting.message_post(body=mark("message on an appointment"))
        cls._attach(letter, meeting)
        own.message_subscribe(partner_ids=card.partner_id.ids)
        own.message_post(body=mark("message to the customer"), partner_ids=card.partner_id.ids,
                         message_type="comment", subtype_xmlid="mail.mt_comment")
        contact, at = cls._contact_letter(letter), card.partner_id
        at.with_user(cls.consultant).message_post(body=cls._mark(contact, "message to the contact"))
        cls.env["ir.attachment"].create({
            "name": cls._mark(contact, "name of a file of the contact"), "raw": b"x", "res_model": at._name,
            "res_id": at.id})
        own.message_post(body="x", outgoing_email_to=cls._mail_mark(letter, "address of a mail"))
        # the old number is in the history
        number = card.phone
        own.write({"phone": cls._number_mark(letter, "number of once")})
        cls.env.cr.precommit.run()
        own.write({"phone": number})

    @classmethod
    def _end(cls, letter, card):
        def mark(what):
            return cls._mark(letter, what)

        own, reviews = card.with_user(cls.consultant), cls.env["auto.lead.review"].with_user(cls.reviewer)
        if letter in "dh":
            reviews.browse(own.action_propose_won({
                "won_reason_id": cls.won_reason.id, "order_ref": mark("order reference"),
                "note": mark("note of a purchase")})).action_approve(note=mark("note on a purchase"))
        elif letter == "e":
            reviews.browse(own.action_propose_lost({
                "lost_reason_id": cls.lost_reason.id, "note": mark("note of a loss")})).action_approve(
                    note=mark("note on a loss"))
        cls._mark_all(letter, card)
        for user in cls.reviewer | cls.manager:
            card._auto_put_in_inbox(user, "Overdue", "These wait", lambda lead: "long", 1)
        if letter == "c":
            card.with_user(cls.reviewer).user_id = cls.colleague
        elif letter == "g":
            card.with_user(cls.reviewer).action_release(mark("reason of a release"))
        elif letter == "h":
            # what is still to be written into the history belongs to the time before
            cls.env.flush_all()
            cls.env.cr.precommit.run()
            card.with_user(cls.manager).action_anonymise()

    @classmethod
    def _texts(cls, model):
        """Return the fields of a model in which somebody may have written about a customer."""
        return [
            field for field in cls.env[model]._fields.values()
            if field.store and field.type in WRITTEN and not field.related and not field.company_dependent
            and not (field.compute and field.readonly) and f"{model}.{field.name}" not in UNMARKED]

    @classmethod
    def _mark_all(cls, letter, card):
        """Write a mark into each text of the card, its requests and rows that has none yet, whoever may write it."""
        cls.env.flush_all()
        rows = {"crm.lead": card, "auto.lead.review": card.review_ids[-1:],
                "auto.lead.event": card.auto_event_ids.sorted("id")[-1:]}
        for model, record in rows.items():
            vals = {}
            for field in cls._texts(model):
                if not marks_in(str(record.read([field.name]))):
                    vals[field.name] = cls._mark(letter, f"{model}.{field.name}")
            if vals and model == "crm.lead":
                record._auto_write(vals)
            elif vals:
                record._set(vals)
        cls.env["auto.lead.event"].sudo().search(Domain("lead_id", "=", card.id) & Domain("note", "=", False))._set(
            {"note": cls._mark(letter, "note in the ledger")})
