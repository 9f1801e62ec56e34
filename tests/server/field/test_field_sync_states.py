"""Two phones, any order, lost answers, repetitions, a supervisor in between: nothing lost, nothing doubled."""

from collections import Counter

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.server.field.a_phone import APhone, nobody_home
from tests.server.staffing import TODAY, a_member
from tests.server.visit_world import TEN, a_published_day, officers
from zoufang.server.field import holding
from zoufang.server.field.inbox import HELD, deliver, entry_of
from zoufang.server.field.models import Device, Envelope
from zoufang.server.visiting.events import withdraw
from zoufang.server.visiting.models import VisitEvent

pytestmark = pytest.mark.django_db


class TwoPhones(RuleBasedStateMachine):
    """`made`: what either phone recorded; a phone forgets an entry only after an answer has reached it."""

    @initialize()
    def a_morning(self):
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.visit = a_published_day(1)[0]
        first, mate = officers(self.visit)
        self.phones = {user.pk: APhone(user) for user in (first, mate)}
        for phone in self.phones.values():
            phone.take_day(TODAY)
        self.script = nobody_home(self.visit, first, mate)
        self.made, self.sent_before, self.withdrawn = [], [], False

    def _phone(self, number):
        return list(self.phones.values())[number]

    @precondition(lambda self: self.script)
    @rule()
    def record(self):
        user, event = self.script.pop(0)
        self.made.append(event.id)
        self.sent_before.append(self.phones[user.pk].record(event))

    @rule(number=st.integers(0, 1), lost=st.booleans())
    def sync(self, number, lost):
        self._phone(number).sync(answer_lost=lost)

    @precondition(lambda self: self.sent_before)
    @rule(data=st.data())
    def a_batch_of_old_and_new_arrives_in_any_order(self, data):
        """What a proxy repeats, or a second tab sends: no phone hears the answer."""
        some = data.draw(st.lists(st.sampled_from(self.sent_before), min_size=1, max_size=4))
        for sent in some:
            deliver(device=Device.objects.get(pk=sent.head.device), sent=[sent], at=TEN)

    @rule(number=st.integers(0, 1))
    def hear(self, number):
        self._phone(number).hear_of(self.visit)

    @precondition(lambda self: not self.withdrawn)
    @rule()
    def the_desk_withdraws(self):
        withdraw(visit=self.visit, reason={"template": "Paid up.", "params": {}}, actor="daily", at=TEN)
        self.withdrawn = True

    @rule()
    def a_supervisor_takes_one_for_a_fact(self):
        row = Envelope.objects.filter(state__in=HELD).exclude(kind="closed").order_by("device_at").first()
        if row is not None:
            holding.take(row=row, by=a_member("planner"), at=TEN, why="属实")

    @invariant()
    def nothing_is_doubled(self):
        if not hasattr(self, "made"):
            return
        assert not Counter(str(pk) for pk in VisitEvent.objects.values_list("pk", flat=True)) - Counter(self.made)
        assert all(count == 1 for count in Counter(Envelope.objects.values_list("event_id", flat=True)).values())

    @invariant()
    def nothing_is_lost(self):
        """Each entry is on its phone, in the record, or held where a person reads it whole."""
        if not hasattr(self, "made"):
            return
        in_record = {str(pk) for pk in VisitEvent.objects.values_list("pk", flat=True)}
        held = {
            str(entry_of(row).id)
            for row in Envelope.objects.exclude(state="accepted").select_related("visit__party")
        }
        on_phone = {str(sent.head.id) for phone in self.phones.values() for sent in phone.outbox}
        assert set(self.made) <= in_record | held | on_phone
        assert not in_record & held

    def teardown(self):
        """Whatever went before: when all is delivered, the record is the script, or a person sees why."""
        if not hasattr(self, "made"):
            return
        while self.script:
            self.record()
        for _round in range(2):
            for phone in self.phones.values():
                phone.sync()
        assert all(not phone.outbox for phone in self.phones.values())
        in_record = VisitEvent.objects.count()
        held = Envelope.objects.filter(state__in=HELD).count()
        assert in_record + held == 7
        assert in_record == 7 or self.withdrawn
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)


def test_two_phones_lose_nothing_and_double_nothing_whatever_happens_on_the_way():
    checks = list(HealthCheck)
    given = settings(
        max_examples=12, stateful_step_count=14, deadline=None, suppress_health_check=checks, derandomize=True
    )
    run_state_machine_as_test(TwoPhones, settings=given)
