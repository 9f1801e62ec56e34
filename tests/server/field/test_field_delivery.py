from datetime import timedelta
from uuid import uuid4

import pytest

from tests.server.field.a_phone import APhone, made, nobody_home
from tests.server.staffing import TODAY, a_member
from tests.server.visit_world import TEN, a_published_day, officers
from tests.server.world import a_crew
from zoufang.core.compliance import Vulnerability
from zoufang.core.errors import BadInput, Conflict, NotPermitted
from zoufang.core.visits import (
    CheckedIn,
    CheckedOut,
    NoteAdded,
    Outcome,
    OutcomeRecorded,
    PersonMet,
    VulnerabilityChecked,
    WhoMet,
)
from zoufang.server.field import holding
from zoufang.server.field.entries import Head, Sent, sent_of
from zoufang.server.field.inbox import deliver, entry_of
from zoufang.server.field.models import Envelope
from zoufang.server.oversight.models import Stop
from zoufang.server.staff.people import deactivate
from zoufang.server.visiting.events import withdraw
from zoufang.server.visiting.models import Visit, VisitEvent

pytestmark = pytest.mark.django_db
REASON = {"template": "Paid up.", "params": {}}


@pytest.fixture
def visit():
    return a_published_day(1)[0]


@pytest.fixture
def phones(visit):
    first, mate = officers(visit)
    pair = APhone(first), APhone(mate)
    for phone in pair:
        phone.take_day(TODAY)
    return pair


def arrive(visit, phones):
    for phone in phones:
        phone.record(made(CheckedIn, visit, phone.user, 1))
        phone.sync()
        phone.hear_of(visit)
    phones[0].hear_of(visit)


def test_a_visit_that_two_phones_tell_lands_whole(visit, phones):
    by_user = {phone.user.pk: phone for phone in phones}
    told = nobody_home(visit, phones[0].user, phones[1].user)
    for user, event in told:
        by_user[user.pk].record(event)
    first = phones[0].sync()
    assert [answer.answer for answer in first] == ["accepted"] * 4 + ["quarantined"]
    assert {answer.answer for answer in phones[1].sync()} == {"accepted"}
    visit.refresh_from_db()
    assert (visit.state, visit.outcome) == ("closed", "not_home")
    assert not Envelope.objects.exclude(state="accepted").exists()
    assert not Envelope.objects.exclude(body=None).exists()


def test_what_comes_twice_is_taken_once_and_answered_the_same(visit, phones):
    phones[0].record(made(CheckedIn, visit, phones[0].user, 1))
    assert phones[0].sync(answer_lost=True)[0].answer == "accepted"
    again = phones[0].sync()[0]
    assert (again.answer, again.state) == ("duplicate", "accepted")
    assert VisitEvent.objects.count() == Envelope.objects.count() == 1


def test_an_id_that_comes_with_another_body_keeps_both(visit, phones):
    phone = phones[0]
    arrive(visit, phones)
    note = made(NoteAdded, visit, phone.user, 2, text="门锁着")
    other = NoteAdded(id=note.id, visit_id=note.visit_id, at=note.at, by=note.by, text="门开着")
    phone.record(note)
    phone.sync()
    phone.record(other)
    assert phone.sync()[0].answer == "quarantined"
    assert entry_of(Envelope.objects.get(state="quarantined")).text == "门开着"
    assert VisitEvent.objects.filter(kind="note_added").count() == 1


def test_an_envelope_that_was_changed_on_the_way_is_held_and_the_rest_goes_on(visit, phones):
    phone = phones[0]
    sent = phone.seal(made(CheckedIn, visit, phone.user, 1))
    broken = Sent(sent.head, sent.sealed[:-1] + bytes([sent.sealed[-1] ^ 1]))
    good = phone.seal(made(CheckedIn, visit, phone.user, 2))
    answers = deliver(device=phone.device, sent=[broken, good], at=TEN)
    assert [answer.answer for answer in answers] == ["quarantined", "accepted"]
    assert bytes(Envelope.objects.get(state="quarantined").body) == broken.sealed


def test_a_head_cannot_be_put_on_another_body(visit, phones):
    sent = phones[0].seal(made(CheckedIn, visit, phones[0].user, 1))
    head = Head(sent.head.id, sent.head.visit, sent.head.device, 99, sent.head.base, sent.head.key)
    assert deliver(device=phones[0].device, sent=[Sent(head, sent.sealed)], at=TEN)[0].answer == "quarantined"


def test_entries_that_come_in_the_wrong_order_find_their_place(visit, phones):
    phone = phones[0]
    late = phone.seal(made(PersonMet, visit, phone.user, 3, who=WhoMet.NOBODY))
    early = phone.seal(made(CheckedIn, visit, phone.user, 1))
    assert deliver(device=phone.device, sent=[late], at=TEN)[0].answer == "quarantined"
    assert deliver(device=phone.device, sent=[early], at=TEN)[0].answer == "accepted"
    assert VisitEvent.objects.count() == 2


def test_a_mate_who_tells_late_is_heard_at_the_time_it_happened(visit, phones):
    """The first phone has long left the door when the mate's check-in of the beginning arrives."""
    first, mate = phones
    first.record(made(CheckedIn, visit, first.user, 1))
    first.record(made(CheckedOut, visit, first.user, 20))
    first.sync()
    mate.record(made(CheckedIn, visit, mate.user, 2))
    assert mate.sync()[0].answer == "accepted"


def test_two_phones_that_say_otherwise_keep_both_and_a_supervisor_decides(visit, phones):
    first, mate = phones
    arrive(visit, phones)
    first.record(made(OutcomeRecorded, visit, first.user, 5, outcome=Outcome.NOT_HOME))
    first.sync()
    mate.record(made(OutcomeRecorded, visit, mate.user, 6, outcome=Outcome.MOVED))
    assert mate.sync()[0].answer == "conflict"
    visit.refresh_from_db()
    assert visit.outcome == "not_home"
    row = Envelope.objects.get(state="conflict")
    assert entry_of(row).outcome is Outcome.MOVED
    holding.take(row=row, by=a_member("planner"), at=TEN, why="邻居也说搬走了")
    visit.refresh_from_db()
    assert visit.outcome == "moved"
    assert VisitEvent.objects.filter(kind="outcome_recorded").count() == 2
    with pytest.raises(Conflict):
        holding.set_aside(row=row, by=a_member("planner"), at=TEN, why="再来一次")


def test_two_phones_that_say_the_same_are_no_conflict(visit, phones):
    arrive(visit, phones)
    for phone in phones:
        phone.record(made(OutcomeRecorded, visit, phone.user, 5, outcome=Outcome.NOT_HOME))
        assert phone.sync()[0].answer == "accepted"


def test_who_had_heard_of_the_mates_word_may_say_otherwise(visit, phones):
    first, mate = phones
    arrive(visit, phones)
    first.record(made(OutcomeRecorded, visit, first.user, 5, outcome=Outcome.NOT_HOME))
    first.sync()
    mate.hear_of(visit)
    mate.record(made(OutcomeRecorded, visit, mate.user, 6, outcome=Outcome.MOVED))
    assert mate.sync()[0].answer == "accepted"


def test_a_visit_that_took_place_although_it_was_withdrawn_is_kept_and_may_be_taken_for_a_fact(visit, phones):
    withdraw(visit=visit, reason=REASON, actor="daily", at=TEN)
    by_user = {phone.user.pk: phone for phone in phones}
    for user, event in nobody_home(visit, phones[0].user, phones[1].user):
        by_user[user.pk].record(event)
    answers = [answer for phone in phones for answer in phone.sync()]
    assert {answer.answer for answer in answers} == {"conflict"}
    assert all(answer.reason for answer in answers)
    assert not VisitEvent.objects.exists()
    for row in Envelope.objects.filter(state="conflict").order_by("device_at"):
        row.refresh_from_db()
        if row.state == "conflict":
            holding.take(row=row, by=a_member("manager"), at=TEN, why="外访时手机无信号")
    visit.refresh_from_db()
    assert (visit.state, VisitEvent.objects.count()) == ("closed", 7)


def test_what_is_set_aside_is_kept_with_name_and_reason(visit, phones):
    withdraw(visit=visit, reason=REASON, actor="daily", at=TEN)
    phones[0].record(made(CheckedIn, visit, phones[0].user, 1))
    phones[0].sync()
    row = Envelope.objects.get()
    with pytest.raises(BadInput):
        holding.set_aside(row=row, by=a_member("planner"), at=TEN, why=" ")
    with pytest.raises(NotPermitted):
        holding.set_aside(row=row, by=a_member("analyst"), at=TEN, why="试")
    holding.set_aside(row=row, by=a_member("planner"), at=TEN, why="误按")
    row.refresh_from_db()
    assert (row.state, row.decided_by.role, entry_of(row).kind) == ("set_aside", "planner", "checked_in")


def test_a_visit_of_another_crew_is_quarantined_not_dropped(visit, phones):
    event = CheckedIn(id=str(uuid4()), visit_id=str(uuid4()), at=TEN, by=str(phones[0].user.pk))
    phones[0].record(event)
    answer = phones[0].sync()[0]
    assert (answer.answer, Envelope.objects.get().form) == ("quarantined", "envelope")


def test_nobody_sends_in_the_mates_name(visit, phones):
    phones[0].record(made(CheckedIn, visit, phones[1].user, 1))
    assert phones[0].sync()[0].answer == "quarantined"
    assert not VisitEvent.objects.exists()


def test_what_a_deactivated_visitor_recorded_is_still_taken_up(visit, phones):
    phones[0].record(made(CheckedIn, visit, phones[0].user, 1))
    deactivate(user=phones[0].user, by=a_member("administrator"), at=TEN)
    assert phones[0].sync()[0].answer == "quarantined"
    holding.take(row=Envelope.objects.get(), by=a_member("planner"), at=TEN, why="离岗前的外访")
    assert VisitEvent.objects.get().by == phones[0].user


def test_a_sign_of_self_harm_acts_even_when_its_entry_is_held(visit, phones):
    withdraw(visit=visit, reason=REASON, actor="daily", at=TEN)
    signs = (Vulnerability.SELF_HARM_RISK,)
    phones[0].record(made(VulnerabilityChecked, visit, phones[0].user, 4, signs=signs))
    assert phones[0].sync()[0].answer != "accepted"
    assert Stop.objects.filter(party=visit.party, kind="self_harm").exists()


def test_a_clock_that_was_turned_shows_beside_the_entry(visit, phones):
    phone = phones[0]
    phone.device.skew_ms = 3_600_000
    phone.device.save(update_fields=["skew_ms"])
    phone.clock_off = timedelta(hours=1)
    phone.record(made(CheckedIn, visit, phone.user, 1))
    phone.sync()
    row = Envelope.objects.get()
    assert (row.drift_ms, row.device_at) == (3_600_000, TEN + timedelta(hours=1, minutes=1))


def test_a_visit_that_another_crew_got_meanwhile_is_a_conflict_that_a_supervisor_can_read(visit, phones):
    other = a_crew("K9")
    Visit.objects.filter(pk=visit.pk).update(crew=other)
    phones[0].record(made(CheckedIn, visit, phones[0].user, 1))
    assert phones[0].sync()[0].answer == "conflict"
    row = Envelope.objects.get()
    assert entry_of(row).kind == "checked_in"
    holding.take(row=row, by=a_member("planner"), at=TEN, why="原小组已到门口")
    assert VisitEvent.objects.get().by == phones[0].user


def test_an_entry_that_is_broken_beyond_its_id_is_kept_too_and_does_not_stop_the_others(visit, phones):
    phone = phones[0]
    broken = sent_of({"id": str(uuid4()), "visit": "?", "sealed": "#"}, phone.device)
    good = phone.seal(made(CheckedIn, visit, phone.user, 1))
    answers = deliver(device=phone.device, sent=[broken, good], at=TEN)
    assert sorted(answer.answer for answer in answers) == ["accepted", "quarantined"]
    assert b"#" in bytes(Envelope.objects.get(state="quarantined").body)
