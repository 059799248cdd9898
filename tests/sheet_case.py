import ast
import copy
import csv
import io
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import openpyxl

from .common import SHANGHAI, AutoLeadCase

PROVIDERS = Path(__file__).parent / "data" / "providers"
TYPES = {
    ".csv": "text/csv", ".tsv": "text/tab-separated-values", ".xls": "application/vnd.ms-excel",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
# what the screen begins with: import_model.js of base_import
OPTIONS = {
    "encoding": "", "separator": "", "quoting": '"', "date_format": "", "datetime_format": "",
    "float_thousand_separator": ",", "float_decimal_separator": ".", "advanced": True, "has_headers": True,
    "keep_matches": False, "limit": 2000, "sheets": [], "sheet": "", "skip": 0, "tracking_disable": True,
}
# what it works out anew for each call
CHOICES = {
    "import_skip_records": [], "import_set_empty_fields": [], "fallback_values": {}, "name_create_enabled_fields": {}}
# the choices of our own that it knows besides
OURS = ("auto_registrations", "auto_good_lines")


class Outcome(NamedTuple):
    """What the screen has heard after all batches of a file."""
    ids: list
    messages: list
    bad: list
    summary: dict
    nextrow: int

    @property
    def errors(self):
        return [message for message in self.messages if message.get("type") != "warning"]

    @property
    def warnings(self):
        return [message["message"] for message in self.messages if message.get("type") == "warning"]

    @property
    def places(self):
        """Return the sorted list of (line, column) of the cells that were refused."""
        return sorted((each["line"], each["column"] or "") for each in self.bad)

    @property
    def lines(self):
        return sorted({each["line"] for each in self.bad})

    @property
    def text(self):
        return "\n".join(message["message"] for message in self.messages)


class Screen:
    """Odoo's import screen, on which somebody has opened a file; ``fields`` are the columns as it matches them.

    It is opened from *Customers* where ``registrations`` says so; ``switch`` is False where the options do not say it.
    """

    def __init__(self, case, content, name, user, registrations=True, switch=True, file_type=None, **options):
        self.case = case
        self.env = case.env(user=user, context={
            **case.env["res.users"].with_user(user).context_get(), "allowed_company_ids": user.company_ids.ids})
        action = case.env.ref("auto_lead_mgmt.action_auto_lead_customer")
        self.action_context = ast.literal_eval(action.context) if registrations else {}
        self.record = self.env["base_import.import"].create({"res_model": "crm.lead"})
        self.record.write({
            "file": content, "file_name": name, "file_type": file_type or TYPES[Path(name).suffix]})
        self.options = {**copy.deepcopy(OPTIONS), **options}
        if registrations and switch:
            self.options.setdefault("auto_registrations", True)
        self.choices = copy.deepcopy(CHOICES)
        self.parse()

    def parse(self):
        """Read the file as the screen does when it is opened and when an option changes."""
        self.preview = self.record.parse_preview({**copy.deepcopy(self.options), **copy.deepcopy(self.choices)})
        self.case.assertNotIn("error", self.preview)
        # the screen keeps only the options that it has
        self.options.update({
            key: value for key, value in self.preview["options"].items() if key in self.options or key in OURS})
        self.headings = self.preview["headers"] or []
        known = {field["name"] for field in self.preview["fields"]}
        matches = {int(index): path for index, path in (self.preview["matches"] or {}).items()}
        self.case.assertLessEqual({path[0] for path in matches.values()}, known, "no field that the screen offers")
        self.fields = [
            "/".join(matches[index]) if matches.get(index) else False for index in range(len(self.headings))]

    @property
    def matches(self):
        """Return the dict {heading: field or False}."""
        return dict(zip(self.headings, self.fields, strict=True))

    def choose(self, heading, field):
        """Choose the field of a column by hand."""
        self.fields[self.headings.index(heading)] = field

    def call(self, dryrun=False, skip=0):
        """Run one batch and return what the server says."""
        # each call is a request of its own: what came before is written, and a test run undoes nothing of it
        self.env.flush_all()
        result = self.record.with_context(**self.action_context, tracking_disable=True).execute_import(
            list(self.fields), [heading.strip().lower() for heading in self.headings],
            {**copy.deepcopy(self.options), **copy.deepcopy(self.choices), "skip": skip}, dryrun=dryrun)
        self.env.flush_all()
        self.case.env.invalidate_all()
        for message in result["messages"]:
            # by these the screen puts a message below its column, or cannot show any
            self.case.assertIn("to", message.get("rows") or ("to" if message.get("not_matching_error") else ()))
            self.case.assertIn(message.get("field") or False, (
                *(name and name.split("/")[0] for name in self.fields), False, "name"), message)
        return result

    def run(self, dryrun=False, batches=None):
        """Run batch after batch until the end, a refusal, or so many batches as given."""
        ids, messages, bad, summary, skip = [], [], [], {}, 0
        while True:
            result = self.call(dryrun, skip)
            ids += result.get("ids") or []
            messages += result.get("messages") or []
            bad += result.get("auto_bad") or []
            for key, value in (result.get("auto_summary") or {}).items():
                summary[key] = summary[key] + value if key in summary else value
            skip = result.get("nextrow") or 0
            batches = batches and batches - 1
            if not skip or batches == 0 or any(message.get("type") != "warning" for message in messages):
                return Outcome(ids, messages, bad, summary, skip)

    def test(self):
        return self.run(dryrun=True)


class SheetCase(AutoLeadCase):
    """Files go through the calls of the import screen, opened from *Customers* by a sales administrator in Shanghai.

    ``consultants`` are 顾问甲, 顾问乙 and 顾问丙; the models that files name without a brand exist.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.manager.write({"lang": "zh_CN", "tz": SHANGHAI})
        cls.consultants = {}
        # those of the demo data, if it is installed
        for user in cls.env["res.users"].search([("name", "in", ("顾问甲", "顾问乙", "顾问丙"))]):
            user.name = user.login
        for name in ("顾问甲", "顾问乙", "顾问丙"):
            user = cls._new_user(f"sheet_{name}", "sales_team.group_sale_salesman")
            user.write({"name": name, "lang": "zh_CN"})
            cls.consultants[name] = user
        cls.team.member_ids |= cls.env["res.users"].union(*cls.consultants.values())
        cls.env["fleet.vehicle.model"].create([
            {"name": name, "brand_id": cls.brand.id} for name in ("途岳", "帕萨特", "朗逸", "ID.4")])
        cls.last_lead = cls.env["crm.lead"].with_context(active_test=False).search([], order="id desc", limit=1).id or 0

    # ------------------------------------------------------------
    # FILES
    # ------------------------------------------------------------

    @staticmethod
    def _csv(*rows, encoding="utf-8-sig", delimiter=","):
        """Return the bytes of a file of lines of text."""
        out = io.StringIO()
        csv.writer(out, delimiter=delimiter).writerows(rows)
        return out.getvalue().encode(encoding)

    @staticmethod
    def _xlsx(*rows, merged=(), formats=()):
        """Return the bytes of a workbook of one sheet; ``formats`` are pairs of a cell's name and its number format."""
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        for place in merged:
            book.active.merge_cells(place)
        for cell, number_format in formats:
            book.active[cell].number_format = number_format
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    def _open(self, content, name="sheet.csv", user=None, **options):
        """Open a file on the import screen.

        :param content: bytes, or a list of lists of str that make a CSV file
        """
        if isinstance(content, list):
            content = self._csv(*content)
        return Screen(self, content, name, user or self.manager, **options)

    def _provider(self, name, **options):
        return self._open((PROVIDERS / name).read_bytes(), name, **options)

    @contextmanager
    def _undone(self):
        """Undo what a block writes, whatever becomes of it."""
        savepoint = self.env.cr.savepoint()
        try:
            yield
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()
            self.env.registry.clear_all_caches()

    # ------------------------------------------------------------
    # WHAT CAME OF THEM
    # ------------------------------------------------------------

    def _leads(self):
        """Return all leads that came since the set-up, in order, whatever became of them."""
        return self.env["crm.lead"].with_context(active_test=False, lang="zh_CN").search(
            [("id", ">", self.last_lead)], order="id")

    def _inquiries(self):
        return self.env["auto.lead.event"].search(
            [("kind", "=", "inquiry"), ("lead_id", "in", self._leads().ids)], order="id")

    def _by_name(self):
        """Return the dict {name of the customer: card}."""
        return {card.contact_name or "": card for card in self._leads()}

    def _by_number(self):
        """Return the dict {last eleven digits of the number: card}."""
        return {(card.phone_sanitized or "")[-11:]: card for card in self._leads()}

    def assertLoaded(self, outcome, count=None):
        """Check that a file went in without an error, and into the flow."""
        self.assertFalse(outcome.errors, outcome.text)
        self.assertFalse(outcome.bad, outcome.text)
        leads = self._leads()
        self.assertTrue(all(lead.auto_workflow for lead in leads), "outside the flow")
        if count is not None:
            self.assertEqual(len(leads), count, leads.mapped("contact_name"))

    def assertAgreed(self, screen):
        """Check that the test run says what the real run will do, and does nothing; return the real run's outcome."""
        before = self._leads(), self._inquiries()
        tested = screen.test()
        self.assertEqual((self._leads(), self._inquiries()), before, "the test run has written")
        outcome = screen.run()
        self.assertEqual(self._said(tested), self._said(outcome))
        return outcome

    @staticmethod
    def _said(outcome):
        """Return what an outcome says, without the ids of records, which a test run makes up."""
        summary = {key: len(value) if isinstance(value, list) else value for key, value in outcome.summary.items()}
        messages = sorted((message.get("type"), message["message"], str(message.get("record")),
                           str(message.get("field"))) for message in outcome.messages)
        return messages, outcome.places, summary

    def assertNamed(self, outcome, line, column):
        """Check that a refusal names the line and the column of the cell, and says why."""
        self.assertIn((line, column), outcome.places, outcome.text)
        [reason] = {each["reason"] for each in outcome.bad if (each["line"], each["column"]) == (line, column)}
        self.assertTrue(reason.strip())
        self.assertTrue(
            any(column in message["message"] and str(line) in message["message"] for message in outcome.errors)
            or not outcome.errors, outcome.text)

    def assertTimes(self, expected):
        """Check the instants of the inquiries of cards.

        :param dict expected: {last digits of the number: instant in UTC (str)}
        """
        found = {number: str(card.inquiry_date) for number, card in self._by_number().items()}
        self.assertEqual({number: found.get(number) for number in expected}, expected)
        rows = {row.lead_id.phone_sanitized[-11:]: str(row.date) for row in self._inquiries() if not row.is_repeat}
        self.assertEqual({number: rows.get(number) for number in expected}, expected)

    @staticmethod
    def _utc(text):
        """Return the instant in UTC (str) of a time in Shanghai."""
        local = datetime.fromisoformat(f"{text}+08:00")
        return str((local - local.utcoffset()).replace(tzinfo=None))
