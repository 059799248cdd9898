"""Let a customer have a whole life, told by words that occur nowhere else, and search for these words."""

import base64
from datetime import timedelta

from odoo import fields

# what tells who the customer is: each of these words must be gone from the database after forgetting
MARKERS = {
    "name": "慕容紫英", "company": "琼华剑派", "mail": "ziying@qionghua.example", "wechat": "ziying_qh_77",
    "street": "醉花荫小径 19 号", "note": "怕高的剑客", "referred": "玄霄师叔", "vehicle": "旧飞剑一柄",
    "order": "QH-ORDER-5566", "function": "执剑长老", "website": "http://qionghua.example",
    "cc": "shishu@qionghua.example",
}
NUMBER = "13974835216"
SECOND_NUMBER = "13974835217"
# any writing of the numbers: blanks, dashes and brackets between the digits
NUMBER_PATTERN = r"[ ().-]{0,2}".join(NUMBER[:-1]) + r"[ ().-]{0,2}[67]"


class WholeLife:
    """Mixed into a test case of ``AutoLeadCase``."""

    def _live(self, won=False):
        """Register a customer through each door, and let all happen that can happen to one.

        :param bool won: end as an order; else the order is cancelled and the customer is lost
        :return: crm.lead, the customer's cards
        """
        said = MARKERS
        cards = self._come_in(said)
        card = cards[0]
        self._work_with(card, said)
        self._close(card, said, won)
        self._leave_traces(cards, said)
        self.env.flush_all()
        return cards

    def _come_in(self, said):
        note = said["note"]
        values = {
            "contact_name": said["name"], "partner_name": said["company"], "phone": NUMBER, "email_from": said["mail"],
            "wechat": said["wechat"], "street": said["street"], "city": said["street"], "description": note,
            "referred": said["referred"], "current_vehicle": said["vehicle"], "function": said["function"],
            "website": said["website"], "email_cc": said["cc"], "salutation": "mr", "user_id": self.consultant.id,
            "order_ref": said["order"]}
        desk = self.env["crm.lead"].with_user(self.reception)
        [card_id] = desk.action_register([values])
        card = self.env["crm.lead"].browse(card_id)
        desk.action_register([{"contact_name": said["name"], "phone": "+86 139-7483-5216", "description": note}])
        card.with_user(self.consultant).action_repeat_inquiry({"note": note})
        self.env["auto.lead.register"].with_user(self.reception).create({
            "phone": NUMBER, "contact_name": said["name"], "wechat": said["wechat"], "description": note,
        }).action_register()
        self.env["base_import.import"].with_user(self.manager).create({
            "res_model": "crm.lead", "file_type": "text/csv", "file_name": f"{said['name']}.csv",
            "file": f"Contact Name,Phone\n{said['name']},{NUMBER}".encode()})
        desk.with_user(self.manager).load(["contact_name", "phone", "wechat"], [[said["name"], NUMBER, said["wechat"]]])
        mail = (f"From: {said['name']} <{said['mail']}>\nTo: sales@dealer.example\nSubject: {said['name']}\n"
                f"Cc: {said['cc']}\nMessage-Id: <77@qionghua.example>\n\n{note} {NUMBER}")
        mailed = self.env["crm.lead"].browse(self.env["crm.lead"].message_process(
            "crm.lead", mail, custom_values={"team_id": self.team.id, "phone": NUMBER}))
        # a second card of the same number, as a raw create makes it
        second = self.env["crm.lead"].with_user(self.colleague).create({
            "contact_name": said["name"], "phone": NUMBER, "team_id": self.team.id, "description": note})
        rejected = self.env["crm.lead"].with_user(self.colleague).create({
            "contact_name": said["name"], "phone": NUMBER, "team_id": self.team.id})
        rejected.open_review_id.with_user(self.reviewer).action_join(card.id)
        card.open_review_id.with_user(self.reviewer).action_return(f"{note} {said['name']}")
        card.with_user(self.consultant).action_submit()
        (card | second).open_review_id.with_user(self.reviewer).action_approve(note=f"{note} {said['name']}")
        self.assertEqual(card.partner_id, second.partner_id)
        return card | second | mailed | rejected

    def _work_with(self, card, said):
        note, own = said["note"], card.with_user(self.consultant)
        own.action_log_callback(self.outcome_reached.id, feedback=f"{note} {said['name']} {NUMBER}")
        start = fields.Datetime.now() + timedelta(days=3)
        own.action_log_callback(
            self.env.ref("auto_lead_mgmt.outcome_appointment").id, feedback=note,
            appointment_start=fields.Datetime.to_string(start))
        meeting = self.env["calendar.event"].with_user(self.consultant).with_context(
            **own.action_schedule_meeting()["context"]).create({
                "name": said["name"], "start": start, "stop": start, "location": said["street"],
                "description": note})
        meeting.message_post(body=note)
        own.activity_schedule(
            "mail.mail_activity_data_todo", summary=said["name"], note=f"{note} {NUMBER}", user_id=self.consultant.id)
        own.message_subscribe(partner_ids=card.partner_id.ids)
        own.message_post(
            body=f"{note} {said['name']} {NUMBER}", message_type="comment", partner_ids=card.partner_id.ids,
            subtype_xmlid="mail.mt_comment", attachments=[(f"{said['name']}.txt", note)])
        card.partner_id.with_user(self.consultant).message_post(body=f"{note} {NUMBER}")
        self.env["ir.attachment"].create([
            {"name": said["name"], "raw": note.encode(), "res_model": record._name, "res_id": record.id}
            for record in (card, card.partner_id, meeting, card.auto_callback_id)])
        self.env["crm.team"].browse(self.team.id).message_post(body="x")
        # a change of the number is in the history
        own.write({"phone": SECOND_NUMBER})
        self.env.cr.precommit.run()
        own.write({"phone": NUMBER})
        card.with_user(self.reviewer).user_id = self.colleague
        card.with_user(self.reviewer).user_id = self.consultant
        other = self._approved(contact_name=said["name"], email_from=said["mail"], description=note)
        other._message_log(body=said["name"])
        (card | other).with_user(self.manager).merge_opportunity()

    def _close(self, card, said, won):
        note, own = said["note"], card.with_user(self.consultant)
        reviews = self.env["auto.lead.review"].with_user(self.reviewer)
        reviews.browse(own.action_propose_won({
            "won_reason_id": self.won_reason.id, "order_ref": said["order"], "note": note})).action_approve(note=note)
        if won:
            return
        reviews.browse(own.action_propose_cancel({"note": f"{said['name']}: {note}"})).action_approve()
        reviews.browse(own.action_propose_lost({
            "lost_reason_id": self.lost_reason.id, "note": note})).action_return(said["name"])
        reviews.browse(own.action_propose_lost({"lost_reason_id": self.lost_reason.id, "note": note})).action_approve()
        own.action_reopen(f"{said['name']}: {note}")
        own.action_log_callback(self.env.ref("auto_lead_mgmt.outcome_do_not_call").id, feedback=said["name"])

    def _leave_traces(self, cards, said):
        card = cards[0]
        for notice in ("inbox", "email"):
            self.reviewer.notification_type = notice
            card._auto_tell_asked_again(self.reviewer)
            cards._auto_put_in_inbox(self.reviewer, "Overdue", "These wait", lambda lead: "long", 1)
        self.env["mail.blacklist"].create({"email": said["mail"]})
        self.env["ir.model.data"].create({
            "module": "__import__", "name": f"customer_{NUMBER}", "model": "crm.lead", "res_id": card.id})
        wizard = self.env["mail.compose.message"].with_user(self.consultant).create({
            "model": "crm.lead", "res_ids": str(card.ids), "body": said["note"], "subject": said["name"]})
        self.env["ir.attachment"].create({
            "name": said["name"], "datas": base64.b64encode(said["note"].encode()), "res_model": wizard._name,
            "res_id": wizard.id})
        self.env["mail.scheduled.message"].with_user(self.consultant).create({
            "model": "crm.lead", "res_id": card.id, "body": said["note"], "author_id": self.consultant.partner_id.id,
            "scheduled_date": fields.Datetime.now() + timedelta(days=1)})
        self.env.cr.precommit.run()

    # ------------------------------------------------------------
    # SEARCH
    # ------------------------------------------------------------

    def _traces(self):
        """Search every column of every table, bytes included.

        :return: sorted list of "table.column: what"
        """
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.env.cr.execute("""
            SELECT table_name, column_name, data_type FROM information_schema.columns
             WHERE table_schema = current_schema()
               AND data_type IN ('text', 'character varying', 'json', 'jsonb', 'bytea', 'ARRAY', 'xml')
               AND table_name IN (SELECT tablename FROM pg_tables WHERE schemaname = current_schema())""")
        found = []
        for table, column, kind in self.env.cr.fetchall():
            text = f"""encode("{column}", 'escape')""" if kind == "bytea" else f'"{column}"::text'
            self.env.cr.execute(f'SELECT {text} FROM "{table}" WHERE {text} ~ %s OR {text} ~ ANY(%s)', [
                NUMBER_PATTERN, [part for word in MARKERS.values() for part in self._writings(word)]])
            found += [f"{table}.{column}: {value[:200]}" for value, in self.env.cr.fetchall()]
        return sorted(set(found))

    @staticmethod
    def _writings(word):
        """Return a list of str, the word as it is, as JSON writes it and as PostgreSQL shows bytes."""
        escape = word.encode("ascii", "backslashreplace").decode().replace("\\", "\\\\")
        octal = "".join(f"\\\\{byte:03o}" if byte > 127 else chr(byte) for byte in word.encode())
        return [word, escape, octal]
