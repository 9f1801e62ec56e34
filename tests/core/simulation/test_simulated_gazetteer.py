"""The simulated bank's text-only addresses are placed by its gazetteer, and the doors lie where it says."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from zoufang.core.places import Gazetteer, place_text
from zoufang.core.simulation import BankSize, door_point, gazetteer_entries, make_bank
from zoufang.core.values import Precision, distance_m

SEED = 7


@pytest.fixture(scope="module")
def placed():
    """(placed, metres from the true door) of every text-only address of a customer."""
    gazetteer = Gazetteer.of(gazetteer_entries(SEED))
    bank = make_bank(date(2026, 10, 26), SEED, BankSize(600, 2))
    texts = [a for customer in bank.customers for a in customer.addresses if a.point is None]
    found = [place_text(a.text, gazetteer, home="3714")[1] for a in texts]
    return [
        (one, distance_m(one.point, door_point(SEED, a)) if one.point else None)
        for one, a in zip(found, texts, strict=True)
    ]


def test_most_are_placed_to_the_village_some_to_the_town_and_some_not_at_all(placed):
    shares = {kind: n / len(placed) for kind, n in Counter(one.precision for one, _ in placed).items()}
    assert shares[Precision.VILLAGE] > 0.5
    assert 0 < shares[Precision.TOWNSHIP] < 0.3
    assert 0 < shares[Precision.UNPLACED] < 0.4


def test_every_true_door_lies_within_the_radius(placed):
    assert all(metres <= one.radius_m for one, metres in placed if metres is not None)


def test_the_same_seed_gives_the_same_gazetteer():
    assert gazetteer_entries(SEED) == gazetteer_entries(SEED) != gazetteer_entries(SEED + 1)
