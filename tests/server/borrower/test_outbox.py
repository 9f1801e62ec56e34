"""Messages to borrowers stay in their table, or go signed to the bank's own SMS gate."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import timedelta

import pytest

from tests.server.borrower.borrower_world import a_phone
from tests.server.visit_world import TEN
from tests.server.world import a_customer
from zoufang.server.borrower import outbox
from zoufang.server.borrower.models import Outgoing

pytestmark = pytest.mark.django_db


@pytest.fixture
def message(db):
    party = a_customer("C1")
    given = {"kind": Outgoing.Kind.CODE, "text": "123456", "expires_at": TEN + timedelta(minutes=5), "at": TEN}
    return outbox.queue(phone=a_phone(party), branch=party.branch, **given)


class Gate:
    """Takes what it is given, after so many failures."""

    def __init__(self, failures=0):
        self.taken, self.failures = [], failures

    def send(self, letter):
        if self.failures:
            self.failures -= 1
            raise OSError
        self.taken.append(letter)
        return True


def test_without_a_gate_nothing_leaves_and_the_table_keeps_it(message):
    assert outbox.send_waiting(TEN) == 0
    message.refresh_from_db()
    assert message.sent_at is None
    assert outbox.text_of(message) == "123456"


def test_a_gate_gets_number_and_text_once(message):
    gate = Gate()
    assert outbox.send_waiting(TEN, gate) == 1
    assert outbox.send_waiting(TEN + timedelta(minutes=1), gate) == 0
    assert [(one.number, one.text) for one in gate.taken] == [("13853400001", "123456")]


def test_a_failure_is_tried_again_and_a_lapsed_code_is_not_sent(message):
    gate = Gate(failures=1)
    assert outbox.send_waiting(TEN, gate) == 0
    assert outbox.send_waiting(TEN + timedelta(seconds=5), gate) == 0
    assert outbox.send_waiting(TEN + timedelta(seconds=21), gate) == 1
    late = Gate()
    Outgoing.objects.update(sent_at=None, tries=0, next_try_at=None)
    assert outbox.send_waiting(message.expires_at, late) == 0


def test_the_post_is_signed_over_its_whole_body(message):
    post = outbox.SignedPost("https://sms.example/send", "secret")
    letter = outbox.Letter(message.pk, "code", "13853400001", "123456", message.expires_at)
    request = post.request_for(letter)
    want = "sha256=" + hmac.new(b"secret", request.data, hashlib.sha256).hexdigest()
    assert request.get_header("X-zoufang-signature") == want
    assert request.get_header("Idempotency-key") == str(message.pk)
    assert json.loads(request.data)["to"] == "13853400001"


def test_a_day_after_its_end_the_text_is_gone(message):
    outbox.forget_texts(message.expires_at + outbox.FORGET_AFTER)
    message.refresh_from_db()
    assert outbox.text_of(message) == "123456"
    outbox.forget_texts(message.expires_at + outbox.FORGET_AFTER + timedelta(seconds=1))
    message.refresh_from_db()
    assert outbox.text_of(message) == ""
