import pytz

from odoo import api, fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model
    def _auto_companies(self):
        """:return: the companies of the current user's selection, as superuser"""
        return self.env.companies.sudo()

    @api.model
    def _auto_all(self):
        """:return: all companies, as superuser: jobs work for each of them, by its own day"""
        return self.sudo().search([])  # pylint: disable=no-search-all

    def _auto_tz(self):
        """The zone in which this company counts its days.

        :return: pytz zone of the working calendar, else of the company's partner, else UTC
        """
        self.ensure_one()
        company = self.sudo()
        return pytz.timezone(company.resource_calendar_id.tz or company.partner_id.tz or "UTC")

    def _auto_day(self, instant=None):
        """The company's day of an instant.

        :param datetime instant: naive UTC; now when empty
        :return: date
        """
        instant = instant or fields.Datetime.now()
        return pytz.utc.localize(instant).astimezone(self._auto_tz()).date()
