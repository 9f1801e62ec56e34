"""The day on paper as the fallback: what is printed, who brings it back, what is keyed in and who checks it."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from tests.server.door_phone import login
from tests.server.language_check import assert_speaks_both
from tests.server.staffing import PASSWORD, a_bank, a_member
from tests.server.visit_world import TEN, a_published_day, officers
from tests.server.world import another_branch
from zoufang.core.evidence import Part, Standing
from zoufang.core.values import mask_name
from zoufang.server.agreements.models import Promise
from zoufang.server.audit.models import AuditLine
from zoufang.server.audit.services import verify
from zoufang.server.evidence.models import DayPack, PaperVisit
from zoufang.server.evidence.pack import pack_of
from zoufang.server.oversight import services as oversight
from zoufang.server.oversight.models import Stop
from zoufang.server.staff import services as staff
from zoufang.server.staff.models import BankState, Role, User
from zoufang.server.visiting.events import withdraw
from zoufang.server.visiting.models import Visit, VisitEvent

pytestmark = pytest.mark.django_db
SCAN = b"%PDF-1.7 the scanned page"


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.ZOUFANG_FILES = tmp_path / "files"


@pytest.fixture
def visits() -> list[Visit]:
    return a_published_day()


@pytest.fixture
def planner(visits) -> User:
    return a_member("planner")


@pytest.fixture
def compliance(visits) -> User:
    return a_member("compliance")


def printed(visit: Visit, by: User):
    answer = login(by).post(reverse("plan_day_pack", args=[visit.stop.plan_id]), {"crew": visit.crew.code})
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return answer


@pytest.fixture
def pack(visits, planner) -> DayPack:
    printed(visits[0], planner)
    return DayPack.objects.get()


def another(role: str, branch=None) -> User:
    """A second person of this role."""
    return staff.add_user(
        username=f"second-{role}",
        full_name="孔二人",
        employee_no="E900",
        role=Role(role),
        branch=branch or a_bank(),
        password=PASSWORD,
        at=TEN,
    )


def evening() -> None:
    BankState.objects.update(clock_shift_s=int((TEN + timedelta(hours=9) - timezone.now()).total_seconds()))


def pages_of(answer) -> list[str]:
    return [page.extract_text().replace("\n", "") for page in PdfReader(BytesIO(answer.content)).pages]


def written(visit: Visit, **changed: str) -> dict[str, object]:
    """A talk as it stands on the paper: met, identified by a document, told, promised."""
    first, second = officers(visit)
    body: dict[str, object] = {
        "writer": str(first.pk),
        f"arrived_{first.pk}": "10:05",
        f"arrived_{second.pk}": "10:05",
        f"left_{first.pk}": "10:25",
        f"left_{second.pk}": "10:25",
        "met": "debtor",
        "met_at": "10:06",
        "recording": "off",
        "no_recording": "device_failed",
        "why_no_recording": "手机没电",
        "mate_signed": str(second.pk),
        "identity": "id_shown",
        "passed": "yes",
        "identified_at": "10:08",
        "told": "on",
        "told_at": "10:09",
        "no_signs": "on",
        "outcome": "met",
        "ability": "instalments",
        "willingness": "open",
        "reason": "income_drop",
        "amount": "500",
        "due": (visit.day + timedelta(days=10)).isoformat(),
        "channel": "bank_app",
        "note": "说下月发工资后还",
    }
    return body | changed


def key(visit: Visit, pack: DayPack, by: User, scan: bytes = SCAN, **changed: str):
    number = next(form["no"] for form in pack.forms if form["visit"] == str(visit.pk))
    sent = written(visit, **changed) | {"scan": SimpleUploadedFile("page.pdf", scan)}
    return login(by).post(reverse("paper_visit_key", args=[number]), sent)


def kinds(visit: Visit) -> list[str]:
    return list(visit.events.order_by("device_at").values_list("kind", flat=True))


def flags(visit: Visit) -> str:
    return str(PaperVisit.objects.get(visit=visit).flags)


class TestThePrint:
    def test_is_numbered_hashed_and_on_the_audit_chain(self, visits, planner):
        answer = printed(visits[0], planner)
        pack = DayPack.objects.get()
        assert [form["no"] for form in pack.forms] == [f"{pack.serial}-{n:02d}" for n in (1, 2)]
        assert pack.pages == len(pages_of(answer))
        line = AuditLine.objects.get(action="print_day_pack")
        assert (line.subject_id, line.details["sha256"]) == (pack.serial, pack.digest)
        assert all(pack.serial in text for text in pages_of(answer))

    def test_names_stand_on_the_route_sheet_alone_and_amounts_nowhere(self, visits, planner):
        answer = printed(visits[0], planner)
        name = visits[0].party.identity["name"]
        naming = [text for text in pages_of(answer) if name in text]
        assert len(naming) == 1
        assert not any(word in naming[0] for word in ("逾期", "还款", "欠款：", "首次面谈"))
        whole = "".join(pages_of(answer))
        assert not any(
            figure in whole for figure in ("30,000", "30000", "90,000", visits[0].party.identity["id_no"])
        )

    def test_each_name_on_it_is_a_look_on_record(self, visits, planner):
        printed(visits[0], planner)
        looked = AuditLine.objects.filter(action="reveal_personal_data", details__what="name")
        assert {line.subject_id for line in looked} == {str(visit.party_id) for visit in visits}

    def test_a_withdrawn_visit_has_no_form(self, visits, planner):
        withdraw(visit=visits[0], reason={"template": "Paid", "params": {}}, actor="E002", at=TEN)
        printed(visits[1], planner)
        assert [form["visit"] for form in DayPack.objects.get().forms] == [str(visits[1].pk)]

    def test_a_visitor_prints_the_own_crews_and_nobody_elses(self, visits):
        answer = login(officers(visits[0])[0]).post(reverse("my_day_pack"))
        assert answer.status_code == 200
        assert DayPack.objects.get().crew == visits[0].crew
        stranger = another("visitor")
        assert login(stranger).post(reverse("my_day_pack")).status_code == 404


class TestGivingItBack:
    def test_all_pages_counted_by_one_who_did_not_carry_it(self, pack, planner):
        assert (
            login(planner).post(reverse("day_pack_back", args=[pack.pk]), {"pages": pack.pages}).status_code == 302
        )
        pack.refresh_from_db()
        assert pack.returned_by == planner
        assert AuditLine.objects.filter(action="take_back_day_pack", subject_id=pack.pk).exists()

    def test_a_missing_page_is_a_loss_and_no_return(self, pack, planner):
        answer = login(planner).post(reverse("day_pack_back", args=[pack.pk]), {"pages": pack.pages - 1})
        assert answer.status_code == 422
        pack.refresh_from_db()
        assert pack.returned_at is None

    def test_a_visitor_cannot_say_it_is_back(self, visits, pack):
        answer = login(officers(visits[0])[0]).post(
            reverse("day_pack_back", args=[pack.pk]), {"pages": pack.pages}
        )
        assert answer.status_code == 403

    def test_what_is_not_back_when_the_day_is_over_stands_on_the_planners_day(self, pack, planner):
        assert "tile-red" not in out_tile(planner)
        BankState.objects.update(business_date=pack.day + timedelta(days=1))
        assert "tile-red" in out_tile(planner)


def out_tile(user: User) -> str:
    """The tile that links to the packs."""
    html = login(user).get(reverse("start")).content.decode()
    return next(tile for tile in re.findall(r'<a class="tile [^>]*>', html) if reverse("day_pack_list") in tile)


class TestALoss:
    def lose(self, pack: DayPack, by: User, part: str = "route"):
        sent = {"part": part, "where": "十点在公交站"}
        return login(by).post(reverse("day_pack_lost", args=[pack.pk]), sent)

    def assess(self, pack: DayPack, by: User, effect: str = "told"):
        return login(by).post(reverse("day_pack_assess", args=[pack.pk]), {"effect": effect, "note": "已告知两人"})

    def test_is_declared_by_whoever_carried_it_and_waits_for_compliance(self, visits, pack, compliance):
        assert self.lose(pack, officers(visits[0])[0]).status_code == 302
        assert "tile-red" in out_tile(compliance)
        assert self.assess(pack, compliance).status_code == 302
        pack.refresh_from_db()
        assert (pack.effect, pack.assessed_by) == ("told", compliance)
        assert "tile-red" not in out_tile(compliance)
        assert verify() == []

    def test_whoever_declared_it_does_not_assess_it(self, pack, compliance):
        self.lose(pack, compliance)
        assert self.assess(pack, compliance).status_code == 422
        other = another("compliance")
        assert self.assess(pack, other).status_code == 302

    def test_of_a_whole_pack_is_never_harmless(self, visits, pack, compliance):
        self.lose(pack, officers(visits[0])[0], "all")
        assert self.assess(pack, compliance, "harmless").status_code == 422

    def test_is_not_for_other_branches(self, pack):
        away = another("compliance", branch=another_branch())
        assert login(away).get(reverse("day_pack", args=[pack.pk])).status_code == 404


class TestKeyingIn:
    @pytest.fixture(autouse=True)
    def later(self, pack):
        evening()

    def test_becomes_events_of_the_visit_marked_as_from_paper(self, visits, pack, planner):
        assert key(visits[0], pack, planner).status_code == 302
        visit = Visit.objects.get(pk=visits[0].pk)
        assert visit.state == "closed"
        assert visit.outcome == "met"
        assert kinds(visit)[:2] == ["checked_in", "checked_in"]
        assert all(visit.events.values_list("from_paper", flat=True))
        first = visit.events.order_by("device_at").first()
        assert first.device_at == TEN + timedelta(minutes=5)
        assert first.server_at > TEN + timedelta(hours=8)
        assert first.lat is None
        row = PaperVisit.objects.get(visit=visit)
        assert (row.keyed_by, row.flags) == (planner, [])
        assert AuditLine.objects.filter(action="paper_visit_events", subject_id=str(visit.pk)).exists()
        assert verify() == []

    def test_carries_promises_to_their_register(self, visits, pack, planner):
        key(visits[0], pack, planner)
        assert Promise.objects.get(visit=visits[0]).amount_fen == 50_000

    def test_the_debt_spoken_of_too_early_is_a_finding_and_the_words_are_kept(
        self, visits, pack, planner, compliance
    ):
        key(visits[0], pack, planner, told_at="10:07")
        assert "disclosure_made" not in kinds(visits[0])
        assert "Identify the debtor first" in flags(visits[0])
        number = PaperVisit.objects.get().paper_no
        html = login(compliance).get(reverse("paper_visit_check", args=[number])).content.decode()
        assert "10:07" in html
        assert "说下月发工资后还" in html

    def test_a_visit_alone_stays_open_with_a_finding(self, visits, pack, planner):
        second = officers(visits[0])[1]
        key(visits[0], pack, planner, **{f"arrived_{second.pk}": "", f"left_{second.pk}": ""})
        assert Visit.objects.get(pk=visits[0].pk).state == "left"
        assert "The visit stays open" in flags(visits[0])

    def test_a_visit_that_the_rules_refuse_is_kept_with_the_gates_word(self, visits, pack, planner):
        oversight.set_stop(
            id=visits[0].pk,
            party=visits[0].party,
            kind=Stop.Kind.DISPUTE,
            since=visits[0].day,
            by=a_member("compliance"),
            at=TEN,
        )
        key(visits[0], pack, planner)
        row = PaperVisit.objects.get()
        assert row.verdict is not None
        assert not row.verdict.cleared
        assert "would not have let this visit begin" in flags(visits[0])
        assert "checked_in" in kinds(visits[0])

    def test_no_recording_without_the_mates_signature_is_a_finding(self, visits, pack, planner):
        key(visits[0], pack, planner, mate_signed="")
        assert "recording_refused" not in kinds(visits[0])
        assert "crew mate did not sign" in flags(visits[0])

    def test_the_scan_is_kept_sealed_with_its_hash_and_read_on_record(self, visits, pack, planner, compliance):
        key(visits[0], pack, planner)
        row = PaperVisit.objects.get()
        answer = login(compliance).get(reverse("paper_visit_scan", args=[row.paper_no]))
        assert answer.content == SCAN
        assert answer.headers["Content-Type"] == "application/pdf"
        assert VisitEvent.objects.get(pk=row.scan).body["digest"] == row.scan_digest
        assert AuditLine.objects.filter(action="read_paper_form").exists()

    def test_what_is_no_scan_is_refused(self, visits, pack, planner):
        assert key(visits[0], pack, planner, scan=b"MZ program").status_code == 422
        assert not PaperVisit.objects.exists()

    def test_twice_the_same_counts_once_and_another_body_is_refused(self, visits, pack, planner):
        key(visits[0], pack, planner)
        count = visits[0].events.count()
        assert key(visits[0], pack, planner).status_code == 302
        assert key(visits[0], pack, planner, outcome="refused").status_code == 422
        assert visits[0].events.count() == count

    def test_a_second_print_of_the_same_stop_is_not_keyed_in_as_well(self, visits, pack, planner):
        key(visits[0], pack, planner)
        printed(visits[0], planner)
        second = DayPack.objects.order_by("printed_at").last()
        assert key(visits[0], second, planner).status_code == 422

    def test_a_time_of_tomorrow_or_of_what_has_not_come_is_refused(self, visits, pack, planner):
        answer = key(visits[0], pack, planner, told_at="23:59")
        assert answer.status_code == 422
        assert not visits[0].events.exists()

    def test_a_visit_not_made_is_called_off_and_carries_its_scan(self, visits, pack, planner):
        first, _second = officers(visits[0])
        empty = dict.fromkeys(written(visits[0]), "") | {"writer": str(first.pk)}
        answer = key(visits[0], pack, planner, **(empty | {"called_off": "weather", "called_off_at": "09:40"}))
        assert answer.status_code == 302
        assert kinds(visits[0]) == ["called_off", "evidence_added"]
        assert PaperVisit.objects.get().flags == []

    def test_only_the_crew_or_a_planner_of_the_branch_keys_in(self, visits, pack):
        stranger = another("visitor")
        assert key(visits[0], pack, stranger).status_code == 404
        assert key(visits[0], pack, a_member("manager")).status_code == 403
        assert key(visits[0], pack, officers(visits[0])[0]).status_code == 302


class TestTheSecondPerson:
    @pytest.fixture(autouse=True)
    def keyed(self, visits, pack, planner) -> None:
        evening()
        assert key(visits[0], pack, planner, told_at="10:07").status_code == 302

    def check(self, by: User, finding: str = "not_lawful", note: str = "告知先于核实，已谈话提醒"):
        number = PaperVisit.objects.get().paper_no
        return login(by).post(reverse("paper_visit_check", args=[number]), {"finding": finding, "note": note})

    def test_holds_it_against_the_paper_and_the_finding_stands_in_the_evidence(self, visits, compliance):
        assert self.check(compliance).status_code == 302
        html = login(compliance).get(reverse("evidence_pack", args=[visits[0].pk])).content.decode()
        assert PaperVisit.objects.get().paper_no in html
        assert compliance.full_name in html
        assert PaperVisit.objects.get().scan_digest in html

    def test_says_in_words_what_stood_out(self, compliance):
        assert self.check(compliance, note="").status_code == 422

    def test_checks_once(self, compliance):
        self.check(compliance)
        assert self.check(compliance).status_code == 422

    def test_is_not_who_keyed_it_in(self, planner):
        assert self.check(planner).status_code == 403

    def test_the_evidence_is_weaker_for_the_paper(self, visits, compliance):
        pack = pack_of(visits[0].pk, compliance)
        standing = {one.part: one.standing for one in pack.parts}
        assert standing[Part.CLOCK] is Standing.WEAK
        assert standing[Part.PLACE] is Standing.MISSING
        assert pack.graded.grade == "C"

    def test_the_pages_speak_both_languages(self, visits, pack, compliance, planner):
        assert_speaks_both(login(compliance), reverse("day_pack_list"))
        assert_speaks_both(login(compliance), reverse("day_pack", args=[pack.pk]))
        assert_speaks_both(
            login(compliance), reverse("paper_visit_check", args=[PaperVisit.objects.get().paper_no])
        )
        assert_speaks_both(login(compliance), reverse("evidence_pack", args=[visits[0].pk]))
        other = next(form["no"] for form in pack.forms if form["visit"] != str(visits[0].pk))
        assert_speaks_both(login(planner), reverse("paper_visit_key", args=[other]))

    def test_lists_show_no_name_in_the_clear(self, visits, compliance):
        html = login(compliance).get(reverse("day_pack_list")).content.decode()
        assert visits[0].party.identity["name"] not in html
        assert mask_name(visits[0].party.identity["name"]) not in html
        assert a_bank().name in html


def test_what_is_not_ticked_is_not_said(visits, pack, planner):
    """A select that began with its first code would write a reason that nobody gave."""
    html = login(planner).get(reverse("paper_visit_key", args=[pack.forms[0]["no"]])).content.decode()
    assert set(re.findall(r'<option value="(\w*)" selected', html)) <= {"", "not_assessed", "not_stated"}
