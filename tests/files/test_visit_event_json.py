"""Events survive the way from the phone and back, unchanged."""

import json

import pytest

from zoufang.core.errors import BadField
from zoufang.core.visits import CheckedIn, OutcomeRecorded, PersonIdentified, PromiseGiven
from zoufang.files.visit_events import event_from_json, event_to_json

BASE = {"id": "0198-1", "visit_id": "V-1", "by": "officer-1", "at": "2026-05-11T10:00:00+08:00"}
BODIES = [
    BASE | {"kind": "checked_in", "position": {"lat": 37.4, "lon": 116.3}, "accuracy_m": 8.5},
    BASE | {"kind": "person_identified", "who": "debtor", "method": "id_shown", "passed": True},
    BASE | {"kind": "promise_given", "amount_fen": 50000, "due": "2026-05-20", "channel": "bank_app"},
    BASE | {"kind": "outcome_recorded", "outcome": "met", "ability": "part", "willingness": "open"},
]


@pytest.mark.parametrize(
    ("body", "kind"),
    list(zip(BODIES, (CheckedIn, PersonIdentified, PromiseGiven, OutcomeRecorded), strict=True)),
)
def test_an_event_is_told_apart_by_its_kind_and_comes_back_the_same(body, kind):
    event = event_from_json(body)
    assert type(event) is kind
    assert event_from_json(json.loads(json.dumps(event_to_json(event)))) == event


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (BASE | {"kind": "teleported"}, "kind"),
        (BASE, "kind"),
        (BODIES[2] | {"amount_fen": "much"}, "amount_fen"),
        (BODIES[3] | {"outcome": "fine"}, "outcome"),
    ],
)
def test_a_body_that_does_not_fit_names_its_field(body, field):
    with pytest.raises(BadField) as caught:
        event_from_json(body)
    assert caught.value.field == field
    assert "0198-1" in str(caught.value)
