"""Ask whether all that a database says of its customers agrees."""
import unittest

from .common import AgreeMixin

# customers who are looked at one by one as well, which takes a while
MOST = 50


class _Agreement(AgreeMixin, unittest.TestCase):
    pass


def assert_healthy(env):
    """Check that the doctor finds nothing, and that the last customers of the flow tell one story each.

    :param env: environment of the superuser
    """
    agreement = _Agreement()
    agreement.assertEqual(env["auto.lead.doctor"].sudo().examine(), [])
    cards = env["crm.lead"].with_context(active_test=False).search(
        [("auto_workflow", "=", True)], order="id desc", limit=MOST)
    for card in cards.with_env(env):
        with agreement.subTest(card=card.id):
            agreement.assertAgree(card)
