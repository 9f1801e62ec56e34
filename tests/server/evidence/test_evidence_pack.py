"""The evidence pack of a visit: what stands in it, who sees it, what leaves, and that the file proves itself."""

from __future__ import annotations

import json
from datetime import timedelta
from io import BytesIO
from uuid import uuid4
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pypdf import PdfReader

from tests.server.door_phone import Phone, leave, login, talk
from tests.server.language_check import assert_speaks_both
from tests.server.staffing import TODAY, a_member
from tests.server.visit_world import TEN, a_published_day, officers
from tests.server.world import another_branch
from zoufang.core.evidence import Original, Part, Standing
from zoufang.core.values import mask_name
from zoufang.files.evidence_zip import check_package
from zoufang.server.audit.models import AuditLine
from zoufang.server.audit.services import verify
from zoufang.server.evidence.models import EvidenceExport
from zoufang.server.evidence.pack import pack_of
from zoufang.server.staff import services as staff
from zoufang.server.training.models import Certificate, Course, Prescription
from zoufang.server.visiting import evidence
from zoufang.server.visiting.models import Visit, VisitEvent

pytestmark = pytest.mark.django_db
PHOTO = b"\xff\xd8\xff photo of the door"
SECRET = "邻居孙某说他常去赌场"


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.ZOUFANG_FILES = tmp_path / "files"


@pytest.fixture
def visit() -> Visit:
    """A whole visit: two checked in, a talk without recording, a photo, a note that names a neighbour."""
    visit = a_published_day()[0]
    phones = [Phone(visit, user) for user in officers(visit)]
    talk(phones)
    phones[0].take("note_added", text=SECRET)
    phones[0].take("evidence_added", evidence="door_photo", file=SimpleUploadedFile("door.jpg", PHOTO))
    leave(phones)
    visit.refresh_from_db()
    return visit


@pytest.fixture
def officer():
    return a_member("compliance")


def address(visit: Visit, name: str = "evidence_pack") -> str:
    return reverse(name, args=[visit.pk])


def export(client, visit: Visit, **asked: str):
    sent = {"id": str(uuid4()), "purpose": "court", "language": "zh"} | asked
    return client.post(address(visit, "evidence_export"), sent)


def package(client, visit: Visit, **asked: str) -> dict[str, bytes]:
    answer = export(client, visit, **asked)
    assert answer.status_code == 200, answer.content.decode()[:3000]
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Cache-Control"] == "no-store"
    assert check_package(answer.content).faults == ()
    with ZipFile(BytesIO(answer.content)) as opened:
        return {name: opened.read(name) for name in opened.namelist()} | {"": answer.content}


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).replace("\n", "")


def standing(visit: Visit, by, part: Part) -> Standing:
    return next(one.standing for one in pack_of(visit.pk, by).parts if one.part is part)


class TestThePack:
    def test_shows_people_times_places_events_rules_facts_and_audit_records(self, visit, officer):
        html = login(officer).get(address(visit)).content.decode()
        for user in officers(visit):
            assert user.full_name in html
        assert "WGS-84" in html
        assert "±12 m" in html
        assert PHOTO_HASH in html
        assert visit.stop.verdict.body["pack_versions"][0] in html
        assert visit.stop.verdict.facts_id in html
        for line in AuditLine.objects.filter(subject_id=str(visit.pk)):
            assert line.hash[:16] in html

    def test_speaks_both_languages(self, visit, officer):
        assert_speaks_both(login(officer), address(visit))

    def test_shows_no_name_address_or_free_text(self, visit, officer):
        html = login(officer).get(address(visit)).content.decode()
        assert visit.party.identity["name"] not in html
        assert SECRET not in html
        assert "37.16000" not in html

    def test_grades_effort_c_and_says_what_is_missing(self, visit, officer):
        pack = pack_of(visit.pk, officer)
        assert pack.graded.grade == "C"
        assert standing(visit, officer, Part.CREW) is Standing.THERE
        assert standing(visit, officer, Part.RECORDING) is Standing.WEAK
        assert standing(visit, officer, Part.DEMAND) is Standing.MISSING
        assert standing(visit, officer, Part.CHAIN) is Standing.THERE

    def test_a_visit_not_begun_has_a_pack_too(self, visit, officer):
        other = Visit.objects.exclude(pk=visit.pk).get()
        assert pack_of(other.pk, officer).graded.grade == "D"
        assert_speaks_both(login(officer), address(other))

    def test_is_reached_from_the_record_by_those_who_may(self, visit, officer):
        assert address(visit) in login(officer).get(reverse("visit_detail", args=[visit.pk])).content.decode()
        planner = login(a_member("planner")).get(reverse("visit_detail", args=[visit.pk]))
        assert address(visit) not in planner.content.decode()


PHOTO_HASH = evidence.digest_of(PHOTO)


class TestWhoSeesIt:
    @pytest.mark.parametrize("role", ["planner", "trainer", "approver", "analyst", "administrator", "visitor"])
    def test_others_neither_see_nor_export(self, visit, role):
        user = officers(visit)[0] if role == "visitor" else a_member(role)
        assert login(user).get(address(visit)).status_code == 403
        assert export(login(user), visit).status_code == 403
        assert not EvidenceExport.objects.exists()

    def test_a_stranger_is_sent_to_log_in(self, visit, client):
        assert client.get(address(visit)).status_code == 302
        assert export(client, visit).status_code == 302

    def test_another_branch_finds_no_such_visit(self, visit):
        far = staff.add_user(
            username="far",
            full_name="外行",
            employee_no="X1",
            role="manager",
            branch=another_branch(),
            password="a-long-password",
            at=TEN,
        )
        assert login(far).get(address(visit)).status_code == 404
        assert export(login(far), visit).status_code == 404


class TestCertificates:
    def test_one_that_ran_out_before_the_visit_is_lacking(self, visit, officer):
        first = officers(visit)[0]
        Certificate.objects.filter(officer=first).update(expires=TODAY - timedelta(days=1))
        assert standing(visit, officer, Part.CERTIFICATES) is Standing.MISSING

    def test_one_that_ran_out_since_still_counts_for_that_day(self, visit, officer):
        Certificate.objects.update(expires=TODAY)
        assert standing(visit, officer, Part.CERTIFICATES) is Standing.THERE

    def test_a_module_prescribed_afterwards_changes_nothing_about_that_day(self, visit, officer):
        first = officers(visit)[0]
        for course in Course.objects.all():
            Prescription.objects.create(
                id=uuid4(), officer=first, course=course, since=TODAY + timedelta(days=3), why="x", by=officer
            )
        assert standing(visit, officer, Part.CERTIFICATES) is Standing.THERE


class TestIntegrity:
    def test_a_changed_file_is_seen_and_not_counted(self, visit, officer):
        [row] = VisitEvent.objects.filter(kind="evidence_added")
        VisitEvent.objects.filter(pk=row.pk).update(body=row.body | {"digest": "0" * 64})
        assert pack_of(visit.pk, officer).originals[row.pk] is Original.CHANGED
        assert standing(visit, officer, Part.ORIGINALS) is Standing.MISSING

    def test_a_lost_file_leaves_its_hash(self, visit, officer, settings, tmp_path):
        settings.ZOUFANG_FILES = tmp_path / "elsewhere"
        assert standing(visit, officer, Part.ORIGINALS) is Standing.WEAK

    @pytest.mark.parametrize("change", [{"body_hash": "0" * 64}, {"kind": "note_added"}])
    def test_a_changed_event_no_longer_agrees_with_the_audit_record(self, visit, officer, change):
        row = visit.events.filter(kind="outcome_recorded").get()
        if "kind" in change:
            change = {"body": row.body | {"outcome": "moved"}}
        VisitEvent.objects.filter(pk=row.pk).update(**change)
        assert standing(visit, officer, Part.CHAIN) is Standing.MISSING

    def test_an_event_that_no_audit_record_names_is_noticed(self, visit, officer):
        AuditLine.objects.filter(action="visit_events", subject_id=str(visit.pk)).first().delete()
        assert standing(visit, officer, Part.CHAIN) is Standing.MISSING

    def test_files_are_hashed_by_sm3_where_the_bank_says_so(self, visit, officer, settings):
        settings.ZOUFANG_EVIDENCE_HASH = "SM3"
        other = Visit.objects.exclude(pk=visit.pk).get()
        phone = Phone(other, officers(other)[0])
        phone.take("checked_in", lat=37.16, lon=116.43, accuracy_m=12)
        phone.take("evidence_added", evidence="door_photo", file=SimpleUploadedFile("door.jpg", PHOTO))
        row = other.events.get(kind="evidence_added")
        assert row.body["algorithm"] == "SM3"
        assert row.body["digest"] == evidence.digest_of(PHOTO, "SM3") != PHOTO_HASH
        assert pack_of(other.pk, officer).originals[row.pk] is Original.WHOLE
        assert evidence.open_evidence(event=row, by=officer, at=TEN) == PHOTO


class TestWhatLeaves:
    def test_masked_the_package_names_nobody_but_the_visitors(self, visit, officer):
        files = package(login(officer), visit, purpose="audit")
        text = text_of(files["evidence.pdf"])
        name = visit.party.identity["name"]
        everything = text + "".join(files[n].decode() for n in ("manifest.json", "chain.json", "facts.json"))
        assert name not in everything
        assert mask_name(name) in text
        assert SECRET not in everything
        assert str(visit.address.party.identity["id_no"]) not in everything
        assert "37.16," not in text.replace("37.16, 116.43 (≈1 km)", "")
        manifest = json.loads(files["manifest.json"])
        assert {event.get("lat") for event in manifest["events"]} <= {37.16, None}
        assert "originals" in manifest["withheld"]
        assert sorted(files) == sorted(["", "chain.json", "evidence.pdf", "facts.json", "manifest.json"])
        assert not AuditLine.objects.filter(action="reveal_personal_data", actor=officer.employee_no).exists()

    def test_each_page_says_who_took_it_out_when_and_under_which_number(self, visit, officer):
        files = package(login(officer), visit)
        [made] = EvidenceExport.objects.all()
        assert made.number in text_of(files["evidence.pdf"])
        for page in PdfReader(BytesIO(files["evidence.pdf"])).pages:
            told = page.extract_text().replace("\n", "")
            assert f"{officer.full_name} {officer.employee_no}" in told
            assert made.number in told

    def test_the_manifest_lists_each_thing_with_its_hash_the_chains_head_and_the_rule_packs(self, visit, officer):
        manifest = json.loads(package(login(officer), visit)["manifest.json"])
        assert {one["hash"] for one in manifest["events"]} == set(visit.events.values_list("body_hash", flat=True))
        assert {one["digest"] for one in manifest["originals"]} == {PHOTO_HASH, visit.stop.verdict.facts_id}
        assert manifest["verdict"]["pack_versions"] == visit.stop.verdict.body["pack_versions"]
        assert manifest["chain_head"]["head"]
        assert manifest["grade"] == "C"
        assert {one["number"] for one in manifest["officers"]} == {u.employee_no for u in officers(visit)}

    def test_the_export_stands_in_the_trail_with_the_hash_of_its_manifest(self, visit, officer):
        found = check_package(package(login(officer), visit)[""])
        told = AuditLine.objects.get(action="evidence_exported")
        assert told.details == {"number": found.number, "manifest": found.manifest_hash}
        asked = AuditLine.objects.get(action="export_evidence")
        assert found.number == f"371426-{asked.day.day:%Y%m%d}-{asked.number:04d}"
        assert asked.details == {"purpose": "court", "in_clear": False, "with_originals": False}
        assert verify() == []
        html = login(officer).get(address(visit)).content.decode()
        assert found.number in html

    def test_for_a_court_the_name_is_in_the_clear_and_each_look_recorded(self, visit, officer):
        files = package(login(officer), visit, in_clear="on")
        assert visit.party.identity["name"] in text_of(files["evidence.pdf"])
        looked = AuditLine.objects.filter(action="reveal_personal_data", actor=officer.employee_no)
        assert {line.details["purpose"] for line in looked} == {"legal"}
        assert SECRET not in text_of(files["evidence.pdf"])

    def test_originals_leave_for_a_court_in_the_clear(self, visit, officer):
        files = package(login(officer), visit, in_clear="on", with_originals="on")
        assert files["originals/01-door_photo.jpg"] == PHOTO
        assert AuditLine.objects.filter(action="read_evidence", actor=officer.employee_no).count() == 1

    @pytest.mark.parametrize(
        "asked",
        [
            {"purpose": "audit", "in_clear": "on"},
            {"purpose": "counsel", "in_clear": "on"},
            {"purpose": "court", "with_originals": "on"},
            {"purpose": "complaint", "in_clear": "on", "with_originals": "on"},
        ],
    )
    def test_what_the_purpose_does_not_need_stays(self, visit, officer, asked):
        answer = export(login(officer), visit, **asked)
        assert answer.status_code == 422
        assert not EvidenceExport.objects.exists()
        assert not AuditLine.objects.filter(action="export_evidence").exists()

    def test_without_a_purpose_nothing_leaves(self, visit, officer):
        assert export(login(officer), visit, purpose="").status_code == 422
        assert export(login(officer), visit, purpose="curiosity").status_code == 422

    def test_one_form_makes_one_package(self, visit, officer):
        sent = {"id": str(uuid4())}
        assert export(login(officer), visit, **sent).status_code == 200
        assert export(login(officer), visit, **sent).status_code == 409
        assert EvidenceExport.objects.count() == 1

    def test_a_package_that_could_not_be_drawn_leaves_no_line(self, visit, officer, monkeypatch):
        def fails(*args: object) -> bytes:
            raise RuntimeError("no printer")

        monkeypatch.setattr("zoufang.server.pages.evidence_sheets.evidence_pdf", fails)
        with pytest.raises(RuntimeError):
            export(login(officer), visit)
        assert not AuditLine.objects.filter(action="export_evidence").exists()

    def test_the_pdf_speaks_the_language_asked_for(self, visit, officer):
        text = text_of(package(login(officer), visit, language="en")["evidence.pdf"])
        assert "Evidence pack of a visit" in text
        assert "Evidence grade for limitation: C" in text
