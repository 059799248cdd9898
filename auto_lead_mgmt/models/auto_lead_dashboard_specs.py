from odoo import api, models

CALLBACK = "auto.lead.callback"
REVIEW = "auto.lead.review"
# what shows rows of the ledger with the columns of the order
ORDERS = "auto_lead_mgmt.action_auto_lead_event_order"


class AutoLeadDashboard(models.AbstractModel):
    """The heart's own figures of the Today page and the daily report."""
    _inherit = "auto.lead.dashboard"

    @api.model
    def _tile_specs(self):
        """Return the specs of the large figures of the page in their order."""
        return [
            {
                "key": "inquiry", "kinds": ["inquiry"], "trend": True, "better": "more",
                "label": self.env._("Inquiries"),
                "formula": self.env._(
                    "Everybody who asked in the period, also those who asked before (repeats) and those found invalid "
                    "later."),
                "report": {"place": 10, "heading": self.env._("Inquiries")},
                "beside": [{
                    "key": "inquiry_repeat", "kinds": ["inquiry"], "flags": {"is_repeat": True},
                    "label": self.env._("Repeats"),
                    "formula": self.env._("Inquiries of the period from customers who had asked before."),
                    "report": {"key": "repeat", "place": 20, "label": self.env._("of these, asked again")},
                }, {
                    "key": "inquiry_invalid", "kinds": ["rejected"], "label": self.env._("Invalid"),
                    "formula": self.env._(
                        "Registrations found invalid by a reviewer in the period, whenever the customer asked."),
                    "report": {"key": "rejected", "place": 50, "label": self.env._("Registrations rejected")},
                }, {
                    "key": "inquiry_no_number", "kinds": ["inquiry"], "flags": {"no_contact_left": True},
                    "label": self.env._("No number left"),
                    "formula": self.env._("Inquiries of the period from customers who left no way to reach them."),
                    "report": {"key": "no_number", "place": 30, "label": self.env._("of these, no number left")},
                }],
            }, {
                "key": "won", "kinds": ["won"], "trend": True, "better": "more", "action": ORDERS,
                "label": self.env._("Won"),
                "formula": self.env._("Purchases confirmed by a reviewer in the period."),
                "formula_by_order": self.env._("Purchases by order date."),
                "report": {"place": 90, "label": self.env._("Customers won"), "by_consultant": True},
                "beside": [{
                    "key": "won_vehicles", "kinds": ["won"], "measure": "quantity", "action": ORDERS,
                    "label": self.env._("Vehicles"),
                    "formula": self.env._("Vehicles of these purchases: one order can be of several."),
                    "report": {
                        "key": "vehicles", "place": 100, "label": self.env._("Vehicles sold"),
                        "heading": self.env._("Sold")},
                }, {
                    "key": "cancelled", "kinds": ["cancelled"], "action": ORDERS,
                    "label": self.env._("Cancelled"),
                    "formula": self.env._("Purchases cancelled in the period, whenever they were made."),
                    "report": {"place": 120, "label": self.env._("Orders cancelled")},
                }],
            }, {
                "key": "order_value", "kinds": ["won"], "measure": "amount", "money": True, "trend": True,
                "better": "more", "action": ORDERS, "label": self.env._("Order value"),
                "formula": self.env._(
                    "The price of the purchases confirmed in the period, as it was approved; orders cancelled later "
                    "included. Each currency is a figure of its own."),
                "formula_by_order": self.env._(
                    "The price of the purchases by order date, as it was approved; orders cancelled later included. "
                    "Each currency is a figure of its own."),
                "beside": [{
                    "key": "deposits", "kinds": ["won"], "measure": "deposit", "money": True, "action": ORDERS,
                    "label": self.env._("Deposits"),
                    "formula": self.env._("The deposits of these purchases, as they were approved."),
                }, {
                    "key": "cancelled_value", "kinds": ["cancelled"], "measure": "amount", "money": True,
                    "action": ORDERS, "label": self.env._("Cancelled"),
                    "formula": self.env._("The price of the orders cancelled in the period."),
                }],
            }, {
                "key": "lost", "kinds": ["lost"], "trend": True, "better": "less", "label": self.env._("Lost"),
                "formula": self.env._("Losses confirmed by a reviewer in the period."),
                "report": {
                    "place": 110, "label": self.env._("Customers lost"), "heading": self.env._("Losses")},
                "beside": [{
                    "key": "lost_returned", "kinds": ["lost_returned"], "label": self.env._("Losses returned"),
                    "formula": self.env._("Losses that a reviewer did not accept in the period."),
                }],
            }, {
                "key": "callback_due", "model": CALLBACK, "make": "_make_callback_tile",
                "label": self.env._("Callbacks due"),
                "formula": self.env._("Callbacks of the period that are still to be made."),
            }, {
                "key": "callback_overdue", "model": CALLBACK, "make": "_make_callback_tile",
                "label": self.env._("Callbacks overdue"),
                "formula": self.env._("Callbacks whose day has passed and that nobody has made."),
            }, {
                "key": "review_pending", "model": REVIEW, "make": "_make_review_tile", "better": "less",
                "label": self.env._("Waiting for review"),
                "formula": self.env._("Requests without a decision at the end of the period."),
                "trend": {
                    "label": self.env._("Requests made"),
                    "kinds": ["submitted", "won_proposed", "lost_proposed", "cancel_proposed"]},
            }, {
                "key": "delivered", "kinds": ["delivered"], "trend": True, "better": "more", "action": ORDERS,
                "label": self.env._("Delivered"),
                "formula": self.env._("Orders whose cars were handed over, on the day on which this was recorded."),
                "formula_by_order": self.env._("Orders by the date on which the cars were handed over."),
                "beside": [{
                    "key": "delivered_vehicles", "kinds": ["delivered"], "measure": "quantity", "action": ORDERS,
                    "label": self.env._("Vehicles delivered"),
                    "formula": self.env._("Vehicles of these deliveries."),
                    "report": {"key": "delivered", "place": 130, "heading": self.env._("Deliv.")},
                }],
            }, {
                "key": "open_orders", "make": "_make_order_tile", "action": ORDERS,
                "label": self.env._("Orders not yet delivered"),
                "formula": self.env._(
                    "Confirmed purchases that were neither delivered nor cancelled at the end of the period."),
                "trend": {"label": self.env._("Won"), "kinds": ["won"], "action": ORDERS},
            },
        ]

    @api.model
    def _chart_specs(self):
        """Return the specs of the charts of the page in their order."""
        return [
            {
                "key": "line", "chart": "line", "label": self.env._("The last 30 days"),
                "formula": self.env._(
                    "Inquiries, purchases and losses of each of the 30 days up to the end of the period."),
                "series": [
                    {"key": "inquiry", "kinds": ["inquiry"], "label": self.env._("Inquiries")},
                    {"key": "won", "kinds": ["won"], "action": ORDERS, "label": self.env._("Won")},
                    {"key": "lost", "kinds": ["lost"], "label": self.env._("Lost")}],
            }, {
                "key": "industry", "chart": "bar", "kinds": ["won"], "measure": "quantity", "field": "industry_id",
                "action": ORDERS,
                "label": self.env._("Deals by industry"),
                "formula": self.env._("Vehicles of the purchases of the period, by the trade of the customer."),
            }, {
                "key": "focus", "chart": "bar", "kinds": ["won"], "measure": "quantity", "make": "_make_focus_chart",
                "label": self.env._("Deals by focus point"),
                "formula": self.env._(
                    "Vehicles of the purchases of the period, by what mattered to the customer."),
            }, {
                "key": "lost_reason", "chart": "doughnut", "kinds": ["lost"], "field": "lost_reason_id",
                "label": self.env._("Reasons of loss"),
                "formula": self.env._("Losses of the period, by their reason."),
            }, {
                "key": "competitor", "chart": "doughnut", "kinds": ["lost"], "field": "lost_brand_id",
                "label": self.env._("Bought instead"),
                "formula": self.env._("Losses of the period, by the brand that the customer bought instead."),
            }, {
                "key": "source", "chart": "bar", "kinds": ["inquiry"], "field": "source_id",
                "label": self.env._("Inquiries by source"),
                "formula": self.env._("Inquiries of the period, by their source."),
            }, {
                "key": "channel", "chart": "bar", "kinds": ["inquiry"], "field": "medium_id",
                "label": self.env._("Inquiries by channel"),
                "formula": self.env._("Inquiries of the period, by the way in which the customer came."),
            },
        ]

    @api.model
    def _rate_specs(self):
        """Return the specs of the rates of the page in their order; a ``make`` brings one or several."""
        return [
            {"key": "conversion", "make": "_make_conversion_rates"},
            {
                "key": "refusal", "label": self.env._("Refusal rate of losses"),
                "formula": self.env._("Losses that the reviewer returned, of the losses decided in the period."),
                "numerator": {"kinds": ["lost_returned"], "label": self.env._("Losses returned")},
                "denominator": {"kinds": ["lost", "lost_returned"], "label": self.env._("Losses decided")},
            },
            self._contact_spec(),
            {
                "key": "on_time", "label": self.env._("On time"),
                "formula": self.env._(
                    "Callbacks made by their due day, of the callbacks of the period that were made or moved after "
                    "it. Overdue ones that are still open are shown as a figure of their own."),
                "numerator": {
                    "kinds": ["callback"], "flags": {"is_on_time": True},
                    "label": self.env._("Callbacks made by their due day")},
                "denominator": {
                    "kinds": {"callback": {}, "shifted": {"is_on_time": False}},
                    "label": self.env._("Callbacks made, or moved when overdue")},
            },
            {"key": "response_median", "make": "_make_response_median"},
            {"key": "response", "make": "_make_response_rate"},
            {"key": "completeness", "make": "_make_completeness_rate"},
        ]

    @api.model
    def _contact_spec(self):
        """Return the spec of the rate of the callbacks that reached the customer."""
        return {
            "key": "contact", "label": self.env._("Contact rate"),
            "formula": self.env._("Callbacks that reached the customer, of the callbacks made in the period."),
            "numerator": {
                "kinds": ["callback"], "flags": {"is_contact": True},
                "label": self.env._("Callbacks that reached the customer")},
            "denominator": {"kinds": ["callback"], "label": self.env._("Callbacks made")},
        }

    @api.model
    def _consultant_columns(self):
        """Return the specs of the columns of the table of the consultants in their order."""
        return [
            {
                "key": "inquiry", "kinds": ["inquiry"], "label": self.env._("Inquiries"),
                "formula": self.env._("Inquiries that came to this consultant."),
            }, {
                "key": "callback", "kinds": ["callback"], "label": self.env._("Callbacks made"),
                "formula": self.env._("Callbacks made in the period to customers of this consultant."),
                "report": {"place": 60, "heading": self.env._("Called")},
            }, {
                "key": "on_time", "kinds": ["callback"], "flags": {"is_on_time": True},
                "label": self.env._("Made on time"), "formula": self.env._("Of these, made by their due day."),
            },
            self._contact_spec(),
            {
                "key": "won", "kinds": ["won"], "action": ORDERS, "label": self.env._("Won"),
                "formula": self.env._("Purchases of customers of this consultant."),
            }, {
                "key": "order_value", "kinds": ["won"], "measure": "amount", "money": True, "action": ORDERS,
                "label": self.env._("Order value"),
                "formula": self.env._("The price of these purchases, as it was approved."),
            }, {
                "key": "lost", "kinds": ["lost"], "label": self.env._("Lost"),
                "formula": self.env._("Losses of customers of this consultant."),
            },
            {"key": "conversion", "make": "_make_conversion_column"},
            self._target_column_spec("inquiries", self.env._("Inquiries of target")),
            self._target_column_spec("orders", self.env._("Orders of target")),
            self._target_column_spec("deliveries", self.env._("Deliveries of target")),
        ]

    @api.model
    def _target_column_spec(self, name, label):
        """Return the spec of the column of what was done of a target, shown in a month for which there are targets."""
        return {
            "key": f"target_{name}", "make": "_make_target_column", "label": label,
            "formula": self.env._("What this consultant did of the own target of the month.")}

    @api.model
    def _report_specs(self):
        """Return the specs of what the daily report counts and the page does not show."""
        return [
            {
                "key": "approved", "kinds": ["approved"], "label": self.env._("Registrations approved"),
                "report": {"place": 40},
            }, {
                "key": "contact", "kinds": ["callback"], "flags": {"is_contact": True},
                "label": self.env._("of these, customer reached"),
                "report": {"place": 70, "in_brackets": "callback"},
            }, {
                "key": "appointment", "kinds": ["appointment"], "label": self.env._("Appointments made"),
                "report": {"place": 80, "heading": self.env._("Appts.")},
            },
        ]
