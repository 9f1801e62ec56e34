"""What is due, what stops it, two people, and a person's data gone while money and audit stay whole."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Count, Sum
from django.urls import reverse

from tests.server.language_check import assert_speaks_both
from tests.server.staffing import NOW, TODAY, a_bank, a_member
from tests.server.world import a_customer, another_branch
from zoufang.core.errors import BadInput, Conflict, NotPermitted
from zoufang.files.retention import read_retention, shipped_retention
from zoufang.server.audit.models import AuditLine
from zoufang.server.audit.services import verify
from zoufang.server.book import vault
from zoufang.server.book.models import Deletion, LegalHold, LoanState, Party
from zoufang.server.book.queries import book_figures, find_party
from zoufang.server.book.services import reveal
from zoufang.server.daily.retention import approve, check, end_hold, keep, on_hold, propose, set_hold
from zoufang.server.oversight.models import Stop
from zoufang.server.staff.models import BankState, Role, User
from zoufang.server.visiting.evidence import keep as keep_file
from zoufang.server.visiting.models import Visit

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(days=4000)


@pytest.fixture(autouse=True)
def bank():
    a_bank()
    BankState.objects.update(business_date=TODAY)


def gone(key="C1", **more) -> Party:
    """All loans closed long ago."""
    party = a_customer(key, **more)
    party.name_index = vault.blind_index(party.identity["name"], "name")
    party.save()
    LoanState.objects.filter(loan__debtor=party).update(open=False, as_of=TODAY - LONG_AGO)
    return Party.objects.get(pk=party.pk)


def due(party) -> Deletion | None:
    propose(today=TODAY, at=NOW)
    return Deletion.objects.filter(party=party).first()


def deleted(party) -> Deletion:
    row = check(deletion=due(party), by=a_member("compliance"), at=NOW)
    return approve(deletion=row, by=a_member("manager"), at=NOW)


def a_hold(party, **more) -> LegalHold:
    given = {
        "ground": LegalHold.Ground.LITIGATION,
        "reference": "(2026)鲁14民初1号",
        "since": TODAY,
        "until": None,
    }
    return set_hold(party=party, by=a_member("compliance"), at=NOW, **(given | more))


def test_only_whose_loans_were_all_closed_long_enough_ago_is_proposed_and_once():
    past, owing, recent = gone("C1"), a_customer("C2"), gone("C3")
    LoanState.objects.filter(loan__debtor=recent).update(as_of=TODAY - timedelta(days=400))
    assert propose(today=TODAY, at=NOW) == 1
    assert propose(today=TODAY, at=NOW) == 0
    assert Deletion.objects.get().party == past
    assert due(owing) is None


def test_after_deletion_the_person_cannot_be_read_nor_found_and_the_chain_is_whole():
    party = gone()
    reveal(party=party, what="name", purpose="legal", by=a_member("manager"), at=NOW)
    sealed, wrapped = bytes(party.sealed), bytes(party.wrapped_key)
    deleted(party)
    after = Party.objects.get(pk=party.pk)
    assert (bytes(after.wrapped_key), bytes(after.sealed)) == (b"", b"")
    assert after.identity["name"] == ""
    assert after.addresses.get().place["text"] == ""
    assert find_party("张三丰", a_member("planner")) == []
    for secret in (sealed, wrapped):
        for row in Party.objects.values_list("sealed", "wrapped_key"):
            assert secret not in [bytes(value) for value in row]
    assert verify() == []
    assert "张三丰" not in str(list(AuditLine.objects.values_list("details", "subject_id")))


def test_money_and_totals_stay_to_the_fen():
    party = gone()
    a_customer("C2")
    before = book_figures(None), LoanState.objects.aggregate(n=Count("pk"), fen=Sum("balance_fen"))
    deleted(party)
    assert (book_figures(None), LoanState.objects.aggregate(n=Count("pk"), fen=Sum("balance_fen"))) == before


def test_the_pages_of_an_erased_person_open_without_a_name(client):
    party = gone()
    deleted(party)
    client.force_login(a_member("compliance"))
    assert client.get(reverse("customer", args=[party.pk])).status_code == 200


def test_the_same_person_does_not_check_and_approve():
    row = check(deletion=due(gone()), by=a_member("compliance"), at=NOW)
    with pytest.raises(NotPermitted):
        approve(deletion=row, by=a_member("compliance"), at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Deletion.objects.filter(pk=row.pk).update(approved_by=a_member("compliance"))


def test_nothing_is_deleted_unchecked():
    row = due(gone())
    with pytest.raises(Conflict):
        approve(deletion=row, by=a_member("manager"), at=NOW)
    assert Party.objects.get(pk=row.party_id).identity["name"] == "张三丰"


def test_a_hold_keeps_a_person_off_the_list_and_ends_on_its_day():
    party = gone()
    hold = a_hold(party)
    assert due(party) is None
    end_hold(hold=hold, by=a_member("compliance"), at=NOW)
    assert due(party) is not None
    a_hold(party, until=TODAY)
    assert on_hold(party, TODAY)
    assert not on_hold(party, TODAY + timedelta(days=1))


def test_a_hold_that_comes_between_check_and_approval_stops_the_deletion():
    party = gone()
    row = check(deletion=due(party), by=a_member("compliance"), at=NOW)
    a_hold(party)
    with pytest.raises(Conflict):
        approve(deletion=row, by=a_member("manager"), at=NOW)
    assert Party.objects.get(pk=party.pk).identity["name"] == "张三丰"


@pytest.mark.parametrize("kind", [Stop.Kind.DISPUTE, Stop.Kind.LEGAL_STAGE])
def test_a_dispute_or_a_case_in_court_is_a_hold_by_itself(kind):
    party = gone()
    Stop.objects.create(id=uuid4(), party=party, branch=party.branch, kind=kind, since=TODAY)
    assert due(party) is None


@pytest.mark.parametrize("wrong", [{"reference": " "}, {"until": TODAY - timedelta(days=1)}])
def test_a_hold_needs_the_number_of_its_case_and_a_lawful_end(wrong):
    with pytest.raises(BadInput):
        a_hold(gone(), **wrong)


def test_files_of_visits_go_and_their_hashes_stay(tmp_path, settings):
    settings.ZOUFANG_FILES = tmp_path
    party = gone()
    visit = Visit.objects.create(
        id=uuid4(),
        party=party,
        address=party.addresses.get(),
        crew=_crew(),
        branch=party.branch,
        day=TODAY - LONG_AGO,
        purpose="first_talk",
    )
    keep_file(visit, uuid4(), b"a photo")
    row = deleted(party)
    assert row.certificate["destroyed"]["files"] == 1
    assert not list(tmp_path.rglob("*.sealed"))


def _crew():
    from tests.server.world import a_crew

    return a_crew()


def test_the_certificate_names_rule_people_and_what_was_destroyed_and_its_hash_is_in_the_chain():
    row = deleted(gone())
    told = row.certificate
    assert told["checked_by"] == a_member("compliance").employee_no
    assert told["approved_by"] == a_member("manager").employee_no
    assert told["destroyed"]["keys"] == 1
    assert told["source"]
    line = AuditLine.objects.get(action="delete_data")
    assert len(line.details["certificate"]) == 64


def test_what_is_kept_by_decision_is_not_proposed_again():
    party = gone()
    keep(deletion=due(party), why="审计未结", by=a_member("compliance"), at=NOW)
    assert propose(today=TODAY, at=NOW) == 0


def test_every_kind_has_period_source_and_confidence(tmp_path):
    assert {period.kind for period in shipped_retention().kinds} == {
        "person",
        "recordings",
        "door_words",
        "messages",
        "positions",
    }
    broken = tmp_path / "retention.yaml"
    broken.write_text("version: x\nkinds: [{kind: person}]\nkept: []\n", encoding="utf-8")
    with pytest.raises(BadInput):
        read_retention(broken)


def test_the_pages_lead_from_due_to_certificate_and_speak_both_languages(client):
    party = gone()
    row = due(party)
    client.force_login(a_member("compliance"))
    assert_speaks_both(client, reverse("retention_list"))
    assert_speaks_both(client, reverse("deletion", args=[row.pk]))
    client.post(reverse("deletion_step", args=[row.pk, "check"]))
    client.post(reverse("deletion_step", args=[row.pk, "approve"]))
    assert Deletion.objects.get().state == Deletion.State.CHECKED
    client.get(reverse("deletion", args=[row.pk]))  # the refusal is told once, in the language of that moment
    client.force_login(a_member("manager"))
    client.post(reverse("deletion_step", args=[row.pk, "approve"]))
    assert Deletion.objects.get().state == Deletion.State.DONE
    client.get(reverse("retention_list"))
    assert_speaks_both(client, reverse("deletion", args=[row.pk]))
    assert_speaks_both(client, reverse("retention_list"))


def test_a_hold_is_set_on_the_page_for_a_customer_of_the_own_branch_only(client):
    gone()
    gone("C9", branch=another_branch())
    client.force_login(a_member("compliance"))
    given = {"ground": "audit", "reference": "审 12"}
    client.post(reverse("hold_new"), {"customer": "C1"} | given)
    assert client.post(reverse("hold_new"), {"customer": "C9"} | given).status_code == 404
    assert LegalHold.objects.get().party.source_key == "C1"
    assert_speaks_both(client, reverse("retention_list"))


def test_compliance_of_another_branch_decides_nothing_here(client):
    row = due(gone())
    other = User.objects.create_user(
        "far", password="x", role=Role.COMPLIANCE, branch=another_branch(), full_name="远", employee_no="F1"
    )
    with pytest.raises(NotPermitted):
        check(deletion=row, by=other, at=NOW)
