from odoo import api, models, tools

from .auto_base import refuse_unknown

# what a kind of fact can say of itself
ATTRIBUTES = {
    "opens": "the customer is open from here on",
    "closes": "the customer is no longer open from here on",
    "decides": "it ends the review of a registration",
    "order": "it says how an order stands: it does when a purchase is the last of these rows",
    "business_day": "it counts by the day of the business too: the order's, the delivery's",
}


def kinds_that(registry, *attributes):
    """Find the kinds that have one of these attributes.

    :param registry: odoo.orm.registry.Registry, for what is declared before there is an environment
    :return: tuple of str, in the order of the alphabet
    """
    declared = registry["auto.lead.event"](None, (), ())._kind_attributes()
    return tuple(sorted(kind for kind, has in declared.items() if any(has.get(name) for name in attributes)))


def sql_list(kinds):
    """Return these kinds as SQL writes a list of texts."""
    return ", ".join(f"'{kind}'" for kind in kinds)


class KindConstraint(models.Constraint):
    """A constraint that speaks of kinds of facts, those that siblings bring too."""

    def __init__(self, definition, message):
        """Describe the constraint.

        :param definition: callable(registry) -> str
        """
        super().__init__("", message)
        self._definition_of = definition

    def get_definition(self, registry):
        return self._definition_of(registry)


class AutoLeadEvent(models.Model):
    """What each kind of fact means, declared once: questions and indexes of the ledger derive from it."""
    _inherit = "auto.lead.event"

    _lead_needed = KindConstraint(
        lambda registry: "CHECK (lead_id IS NOT NULL OR kind NOT IN ({}))".format(
            sql_list(kinds_that(registry, "opens", "closes", "order"))),
        "A fact that opens or closes a customer, or is about an order, needs the customer's card.")

    @api.model
    def _kind_attributes(self):
        """Declare what the kinds of facts mean. A sibling adds its own with ``super()``.

        :return: dict {kind: {attribute: True}}, attributes as in ``ATTRIBUTES``; a kind without any needs no entry
        """
        return {
            "approved": {"opens": True, "decides": True},
            "reopened": {"opens": True},
            "cancelled": {"opens": True, "order": True},
            "won": {"closes": True, "order": True, "business_day": True},
            "lost": {"closes": True},
            "released": {"closes": True, "order": True},
            "rejected": {"decides": True},
            "delivered": {"order": True, "business_day": True},
        }

    @api.model
    @tools.ormcache("attributes")
    def _kinds_that(self, *attributes):
        """Return the tuple of the kinds that have one of these attributes."""
        return kinds_that(self.env.registry, *attributes)

    @api.model
    @tools.ormcache()
    def _snapshot_fields(self):
        """Return the tuple of the names of the fields that a row takes from the card as it is at that moment.

        They are declared with ``snapshot=True``.
        """
        return tuple(name for name, field in self._fields.items() if getattr(field, "snapshot", False))

    def _valid_field_parameter(self, field, name):
        if name == "snapshot":
            return True
        return refuse_unknown(field, name, super()._valid_field_parameter(field, name), ("snapshot",))

    def _register_hook(self):
        """Fail at start where a kind or a dimension cannot mean what it says."""
        result = super()._register_hook()
        kinds = {kind for kind, _label in self._fields["kind"].selection}
        for kind, attributes in self._kind_attributes().items():
            if kind not in kinds or not isinstance(attributes, dict) or attributes.keys() - ATTRIBUTES.keys():
                raise TypeError(
                    f"auto.lead.event._kind_attributes: {kind!r}: {attributes!r} is no kind with a dict of attributes; "
                    f"there are {', '.join(ATTRIBUTES)}")
        cards = self.env["crm.lead"]._fields
        for name in self._snapshot_fields():
            if name not in cards or cards[name].type != self._fields[name].type:
                raise TypeError(f"auto.lead.event.{name}: snapshot=True needs such a field on crm.lead")
        return result
