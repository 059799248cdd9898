from odoo import api, fields, models

from .auto_base import as_id
from .crm_lead_contact_data import NUMBERS, number_keys
from .crm_lead_matching import KEYS

# what an inquiry says of itself, not of the customer
OF_INQUIRY = (
    "inquiry_date", "inquiry_ref", "note", "description", "team_id", "company_id", "user_id", "type", "stage_id",
    "no_contact_left", "primary_focus_id", "partner_id")

# what an inquiry says of who the customer is
OF_CUSTOMER = (*KEYS, "contact_name")
# types of fields whose value says all by itself
SIMPLE = ("char", "text", "integer", "float", "monetary", "date", "selection", "boolean")


class CrmLead(models.Model):
    """What a repeat inquiry adds to the card, and what it says differently."""
    _inherit = "crm.lead"

    # Odoo's own, declared again: an inquiry may say them
    contact_name = fields.Char(inquiry=True)
    email_from = fields.Char(inquiry=True)

    @api.model
    def _auto_fill_cards(self, pairs):
        """Fill the empty fields of cards from inquiries, and tell once whom that concerns.

        :param list pairs: as of ``_auto_repeat``
        :return: list of (dict for the ledger row, list of texts for the history of the card), in the order of ``pairs``
        """
        taken = [lead._auto_take_inquiry(values) for lead, values in pairs]
        said = {name for _own, fill, _differences in taken for name in fill} & {*OF_CUSTOMER}
        cards = self.browse().union(*(lead for lead, _values in pairs if said)).with_env(self._auto_env())
        filled, result = set(), []
        # other values than the cards have, whatever they are
        with cards._auto_watching(dict.fromkeys(said, True)):
            for (lead, values), known in zip(pairs, taken, strict=True):
                own, fill, differences = lead._auto_take_inquiry(values) if lead in filled else known
                if fill:
                    lead._auto_write_fill(fill)
                    filled.add(lead)
                result.append((own, lead._auto_explain_fill(fill, differences)))
        return result

    def _auto_take_inquiry(self, values):
        """Sort what an inquiry says.

        :param dict values: of the inquiry
        :return: (dict for the ledger row, dict that fills the card, list of texts that neither takes)
        """
        self.ensure_one()
        events = self.env["auto.lead.event"]
        tidy, left = self._auto_tidy_contact({**values, "country_id": self.country_id.id}, self.company_id)
        own = {"inquiry_ref": values.get("inquiry_ref") or False}
        for name in self._auto_fields("inquiry"):
            value = values.get(name)
            if not value:
                continue
            if self._fields[name].type == "many2many":
                linked = self._auto_linked(name, value)
                value = tidy[name] = [fields.Command.set(linked.ids)]
                if name == "focus_ids":
                    own["primary_focus_id"] = linked[:1].id
            if name in events._fields:
                own[name] = value
        if own.get("vehicle_model_id") and not own.get("vehicle_brand_id"):
            own["vehicle_brand_id"] = self.env["fleet.vehicle.model"].sudo().browse(
                own["vehicle_model_id"]).brand_id.id
        fill = self._auto_fill(tidy)
        return own, fill, self._auto_differences(tidy, fill) + left

    def _auto_write_fill(self, fill):
        """Write what an inquiry fills in on this card; the caller watches who the customer is.

        :param dict fill: of ``_auto_fill``
        """
        card = self.with_env(self._auto_env())
        contact = {name: value for name, value in fill.items() if name in OF_CUSTOMER}
        if contact:
            card._auto_write(card._auto_fit_texts(contact))
        if fill.keys() - contact.keys():
            card.write({name: value for name, value in fill.items() if name not in contact})

    def _auto_explain_fill(self, fill, differences):
        """Return the list of texts for the history of this card about an inquiry.

        :param dict fill: of ``_auto_fill``
        :param list differences: of ``_auto_differences``
        """
        contact = [self._auto_labelled(name, fill[name]) for name in fill if name in OF_CUSTOMER]
        return [text for text in (
            contact and self.env._("New on the card: %s", ", ".join(contact)),
            differences and self.env._("Said differently: %s", ", ".join(differences))) if text]

    def _auto_fill(self, values):
        """Return the dict of those values of an inquiry that fill empty fields of this card.

        :param dict values: tidy, many2many ones as for ``write``
        """
        self.ensure_one()
        fill = {
            name: values[name] for name in self._auto_fields("inquiry")
            if name not in NUMBERS and values.get(name) and not self[name]}
        vehicle = {"vehicle_model_id", "vehicle_brand_id"}
        if vehicle & fill.keys() and (self.vehicle_model_id or self.vehicle_brand_id):
            # half of a vehicle is not completed with half of another
            fill.pop("vehicle_brand_id", None)
            model = self.env["fleet.vehicle.model"].sudo().browse(as_id(values.get("vehicle_model_id")) or ())
            if (values.get("vehicle_brand_id") or model.brand_id.id) != self.vehicle_brand_id.id:
                fill.pop("vehicle_model_id", None)
        room = [name for name in NUMBERS if not self[name]]
        return {**fill, **dict(zip(room, self._auto_other_numbers(values), strict=False))}

    def _auto_other_numbers(self, values):
        """Return the list of the numbers of an inquiry that this card does not have."""
        self.ensure_one()
        known = self._auto_number_forms(self._auto_match_values())
        return [
            values[name] for name in NUMBERS
            if values.get(name) and not self._auto_number_forms({name: values[name]}) & known]

    def _auto_number_forms(self, values):
        """Return the set of the forms in which these numbers are compared; as written where they cannot be dialled."""
        region = self._auto_region({"country_id": self.country_id.id}, self.company_id)
        texts = [values[name] for name in NUMBERS if values.get(name)]
        return {form for text in texts for form in number_keys(text, region) or [text]}

    def _auto_differences(self, values, fill):
        """Return the list of texts of what an inquiry says of the customer that neither card nor ledger row takes.

        :param dict values: of the inquiry
        :param dict fill: of ``_auto_fill``
        """
        self.ensure_one()
        filled = [*fill.values()]
        differing = {
            name: values[name] for name in values
            if name in self._fields and name not in (*OF_INQUIRY, *NUMBERS, *fill)
            and name not in self.env["auto.lead.event"]._fields and self._auto_says(name, values[name])}
        texts = [
            self._auto_labelled("phone", number) for number in self._auto_other_numbers(values) if number not in filled]
        return texts + [
            f"{self._fields[name]._description_string(self.env)}: {self._auto_value_text(name, value)}"
            for name, value in differing.items()]

    def _auto_says(self, name, value):
        """Return whether the value of a field is readable and not what this card says."""
        field = self._fields[name]
        if not value or (field.type not in SIMPLE and name not in self._auto_fields("inquiry")):
            return False
        mine = self[name].id if field.type == "many2one" else self[name]
        return mine != (fields.Date.to_date(value) if field.type == "date" else value)

    @api.model
    def _auto_value_text(self, name, value):
        """Return the text that people read for the value of a field."""
        field = self._fields[name]
        if field.type == "many2one":
            return self.env[field.comodel_name].sudo().browse(as_id(value)).display_name
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, value)
        return self.env._("Yes") if value is True else str(value)
