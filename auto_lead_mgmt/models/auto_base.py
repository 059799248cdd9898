import unicodedata
from difflib import get_close_matches

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from .auto_arguments import ONE, checked, is_id


def as_id(value):
    """Return the value if it can be an id, else False."""
    return value if is_id(value) else False


def name_key(name):
    """Return the form in which names are compared: case, full and half width and repeated blanks make no difference."""
    return " ".join(unicodedata.normalize("NFKC", name or "").casefold().split())


def selected(model):
    """Return the records of a model that are selected in the list from which a dialog is opened."""
    context = model.env.context
    ids = context.get("active_ids") if context.get("active_model") == model._name else None
    return model.browse(filter(as_id, ids) if isinstance(ids, (list, tuple)) else ())


def chosen(dialog, name):
    """Return the records that a dialog names, those too that its person may no longer read.

    Odoo leaves them out of what it reads: a method that is called on what is left would do nothing, and say nothing.
    """
    dialog.invalidate_recordset([name])
    return dialog.env[dialog._fields[name].comodel_name].browse(dialog.sudo()[name].ids)


def references(env):
    """Find the columns that name a record of whatever model, in tables that keep what people do.

    Where no column says of which model it is, as in an automation rule that refers to a stage, it is left out.

    :return: list of (model class, field)
    """
    return [
        (model, field) for model in env.registry.values() if model._auto and not (model._abstract or model._transient)
        for field in model._fields.values()
        if field.type == "many2one_reference" and field.store and model._fields[field.model_field].store]


def choices_of(model, field):
    """Return a callable for ``selection`` that reads the choices from the field of the model that declares them."""
    return lambda records: records.env[model]._fields[field]._description_selection(records.env)


def refuse_unknown(field, name, known, attributes):
    """Refuse an attribute of a field that nobody reads; Odoo itself only writes a line into its log.

    :param bool known: whether somebody knows the attribute
    :param attributes: names of those that the model knows
    :return: bool, ``known``
    :raises TypeError: the attribute is unknown, and the field is of an automotive addon, or the name a slip of the pen
    """
    own = any(module.startswith("auto_lead") for module in getattr(field, "_modules", ()))
    if not known and (own or get_close_matches(name, attributes, cutoff=0.85)):
        raise TypeError(f"{field}: there is no attribute {name!r}; there are {', '.join(attributes)}")
    return known


def check_person(records, operation):
    """Check the rights of the person, also where Odoo works as superuser for them.

    :param records: recordset; an empty one is not checked, not even for a right on the model
    :raises AccessError: the person has no right to this operation on one of the records
    """
    if records:
        records.sudo(False).check_access(operation)


def as_person(model, domain):
    """Return a domain that asks with the rights of the person what lies behind links, even when a superuser searches.

    :param model: recordset of the person
    :param domain: as for ``search``
    :return: Domain
    """
    def ask(condition):
        if not isinstance(condition.value, Domain):
            return condition
        field = model._fields[condition.field_expr]
        there = model.env[field.comodel_name].with_context(**field.context)
        found = there._search(condition.value, active_test=field.type != "many2one")
        return Domain(condition.field_expr, condition.operator, found)

    return Domain(domain).optimize(model).map_conditions(ask)


def forget_known(env):
    """Let every process read again what it keeps in memory of small tables.

    Odoo tells the other processes when the transaction ends. In this one a request that began earlier may read the old
    rows until then: what it has kept is dropped as well.
    """
    env.registry.clear_cache()
    env.cr.postcommit.add(env.registry.clear_cache)


class AutoTitleMixin(models.AbstractModel):
    """A record of Odoo's whose title only those know who may read it: Odoo works out titles of links as superuser.

    A model that inherits this mixin says in ``_auto_title_withheld`` what others see instead.
    """
    _name = "auto.title.mixin"
    _description = "Title for Those Who May Read"

    def _auto_title_withheld(self):
        """Return the title that says nothing of what the record holds."""
        raise NotImplementedError

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_display_name(self):
        kept = self.filtered("id").sudo(False)
        hidden = (kept - kept._filtered_access("read")).with_env(self.env)
        for record in hidden:
            record.display_name = record._auto_title_withheld()
        return super(AutoTitleMixin, self - hidden)._compute_display_name()


class AutoProtectedMixin(models.AbstractModel):
    """A table with some rows that the program itself refers to: they can be renamed, never deleted or archived.

    A model that inherits this mixin lists the rows in ``_protected_xmlids``.
    """
    _name = "auto.protected.mixin"
    _description = "Table With Protected Rows"

    _protected_xmlids = ()

    active = fields.Boolean(default=True)

    @api.constrains("active")
    def _check_protected_active(self):
        for record in self._filtered_protected():
            if not record.active:
                raise ValidationError(self.env._(
                    "\"%(name)s\" cannot be archived: the program itself uses it. "
                    "Rename it or move it to the end of the list instead.",
                    name=record.display_name))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_protected(self):
        for record in self._filtered_protected():
            raise UserError(self.env._(
                "\"%(name)s\" cannot be deleted: the program itself uses it. "
                "Rename it or move it to the end of the list instead.",
                name=record.display_name))

    def _filtered_protected(self):
        """Return those records that the program refers to."""
        protected = {
            record.id for xmlid in self._protected_xmlids
            if (record := self.env.ref(xmlid, raise_if_not_found=False))
        }
        return self.filtered(lambda record: record.id in protected)


class AutoListMixin(models.AbstractModel):
    """A short list of names that people choose from: sorted by hand, translated, each name once."""
    _name = "auto.list.mixin"
    _inherit = ["auto.protected.mixin", "auto.limits.mixin"]
    _description = "List of Choices"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)

    @api.constrains("name", "active")
    def _check_name_unique(self):
        doubles = self.sudo()._read_group(
            [("name", "in", self.filtered("active").mapped("name"))], ["name"], having=[("__count", ">", 1)])
        if doubles:
            raise ValidationError(self.env._(
                "\"%(name)s\" is already in the list \"%(list)s\". Use that one, or choose another name.",
                name=doubles[0][0], list=self.env["ir.model"]._get(self._name).name))


class AutoKnownMixin(models.AbstractModel):
    """A small table that each registration asks the same: the answers are kept in memory until a row changes.

    They are those of methods with ``ormcache`` that depend on nothing but tables with this mixin.
    """
    _name = "auto.known.mixin"
    _description = "Table Kept in Memory"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        forget_known(self.env)
        return records

    def write(self, vals):
        result = super().write(vals)
        forget_known(self.env)
        return result

    def unlink(self):
        result = super().unlink()
        forget_known(self.env)
        return result


class AutoFlowOnlyMixin(models.AbstractModel):
    """A table that only the flow writes.

    Creating, editing, deleting, copying and importing are refused to everyone, superuser included. A model that
    inherits this mixin says why in ``_explain_flow_only``.
    """
    _name = "auto.flow.only.mixin"
    _inherit = ["auto.limits.mixin"]
    _description = "Table Written by the Flow Only"

    def _explain_flow_only(self):
        """Return a text that says what to do instead."""
        raise NotImplementedError

    def _refuse(self):
        raise AccessError(self._explain_flow_only())

    def _insert(self, vals_list):
        """Create rows; nothing else does."""
        return super().create(vals_list)  # pylint: disable=super-method-mismatch

    def _set(self, vals):
        """Change rows; nothing else does."""
        return super().write(vals)  # pylint: disable=super-method-mismatch

    # the methods below never call Odoo's own
    # pylint: disable=method-required-super

    @api.model_create_multi
    def create(self, vals_list):
        self._refuse()

    def write(self, vals):
        self._refuse()

    def unlink(self):
        self._refuse()

    def copy(self, default=None):
        self._refuse()

    @api.model
    def load(self, fields, data):
        self._refuse()


class AutoCardRowMixin(models.AbstractModel):
    """A row that belongs to a customer card and opens it."""
    _name = "auto.card.row.mixin"
    _description = "Row of a Customer Card"

    def export_data(self, fields_to_export):
        """Export the card under the name that the person may know.

        Odoo refuses the whole sheet when one card is hidden.
        """
        if "customer_name" in self._fields:
            fields_to_export = ["customer_name" if name == "lead_id" else name for name in fields_to_export]
        return super().export_data(fields_to_export)

    @checked(ONE)
    def action_open_card(self):
        """Return the action that opens the customer card of this row; False where it has none."""
        if not self["lead_id"]:
            return False
        return self["lead_id"]._auto_open_form()
