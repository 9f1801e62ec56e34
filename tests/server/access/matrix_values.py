"""A value for each part of an address that varies: an existing row of the home branch, or a word that fits.

Looked up as "url_name.part", then as "part". A new address with a part of a new name needs a line here.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from tests.server.access.made_rows import Known
from zoufang.files.review_form import shipped_review_form
from zoufang.files.visit_values import values_as_json
from zoufang.server.agencies.models import Agency, ConductCheck
from zoufang.server.agreements.models import Proposal, RepaymentPlan
from zoufang.server.book import uploads, vault
from zoufang.server.book.models import ImportBatch, Loan, LoanParty
from zoufang.server.borrower.models import CallBack
from zoufang.server.daily.policies import values_of_day
from zoufang.server.pages.door_forms import FORMS
from zoufang.server.review.models import Review
from zoufang.server.staff.clock import business_date
from zoufang.server.staff.models import Role, User
from zoufang.server.studies.models import Study
from zoufang.server.training.models import Course
from zoufang.server.visiting.evidence import digest_of, keep
from zoufang.server.visiting.models import DayPlan, Visit, VisitEvent


def values_of(visit: Visit, people: dict[str, User]) -> dict[str, Any]:
    """`people`: by role, whose own rows are made for what only its owner may open."""
    known = _known(visit, people)
    return {
        name: str(value)
        for part in (_words, _found, _made, _agencies)
        for name, value in part(known, people).items()
    }


def _known(visit: Visit, people: dict[str, User]) -> Known:
    loan = Loan.objects.filter(debtor=visit.party).first()
    rows = {
        "staff.User": people[Role.MANAGER],
        "staff.Branch": visit.branch,
        "book.Party": visit.party,
        "book.Address": visit.address,
        "book.Loan": loan,
        "visiting.Visit": visit,
        "visiting.Crew": visit.crew,
        "training.Course": Course.objects.order_by("pk").first(),
    }
    return Known(rows, business_date(), timezone.now())


def _words(known: Known, people: dict[str, User]) -> dict[str, Any]:
    return {
        "report_file.kind": "daily",
        "day": known.today.isoformat(),
        "form": "json",
        "pack": "cn-gbt45251@2025-02-28",
        "rule_id": "CN-T1",
        "span": f"{known.today.isoformat()}x2",
        "field_app_file.name": "app.js",
        "field_chunk.number": 0,
        "visit_event.kind": next(iter(FORMS)),
        "disposal_new.kind": "mediation",
        "disposal_act.act": "step",
        "case_file.kind": "litigation",
        "case_file_export.kind": "litigation",
        "what": "name",
        "crisis_step.step": "follow-up",
        "import_template.kind": "loan_book",
        "practice.code": "grief",
        "crew_change.code": known.rows["visiting.Crew"].code,
        "crew_retire.code": known.rows["visiting.Crew"].code,
        "code": known.rows["training.Course"].code,
    }


def _found(known: Known, people: dict[str, User]) -> dict[str, Any]:
    visit: Visit = known.rows["visiting.Visit"]
    ended = Visit.objects.exclude(ended_at=None).filter(branch=visit.branch).order_by("pk").first()
    return {
        "visit_id": visit.pk,
        "call_back.visit_id": _call_back(known, ended).pk,
        "call_back_let_go.visit_id": _call_back(known, ended).pk,
        "party_id": visit.party_id,
        "loan_id": known.rows["book.Loan"].pk,
        "address_id": visit.address_id,
        "verdict_id": visit.stop.verdict_id,
        "event_id": _evidence(known, ended).pk,
        "visit_evidence.visit_id": ended.pk,
        "review.visit_id": _review(known, ended).pk,
        "review_file.visit_id": _review(known, ended).pk,
        "place_confirm.address_id": ended.address_id,
        "study_id": Study.objects.order_by("opened_on").first().pk,
        "batch_id": ImportBatch.objects.order_by("at").first().pk,
        "plan_id": DayPlan.objects.get(day=known.today, status=DayPlan.Status.PUBLISHED).pk,
        "agreement.plan_id": RepaymentPlan.objects.first().pk,
        "agreement_pdf.plan_id": RepaymentPlan.objects.first().pk,
        "approval.plan_id": RepaymentPlan.objects.first().pk,
        "visit_offers.proposal_id": Proposal.objects.first().pk,
        "visit_accept.proposal_id": Proposal.objects.first().pk,
        "officer.pk": people[Role.VISITOR].pk,
        "staff_close.pk": people[Role.TRAINER].pk,
        "staff_work_id.pk": people[Role.VISITOR].pk,
    }


def _evidence(known: Known, visit: Visit) -> VisitEvent:
    content = b"a photo"
    body = {"evidence": "photo", "algorithm": "SHA-256", "digest": digest_of(content)}
    event = known.row("visiting.VisitEvent", visit=visit, kind="evidence_added", body=body)
    keep(visit, event.pk, content)
    return event


def _call_back(known: Known, visit: Visit) -> Any:
    return CallBack.objects.filter(visit=visit).first() or known.row("borrower.CallBack", visit=visit)


def _review(known: Known, visit: Visit) -> Any:
    version = shipped_review_form().version
    known_one = Review.objects.filter(visit=visit).first()
    return known_one or known.row("review.Review", visit=visit, branch=visit.branch, form_version=version)


def _checked(agency: Agency) -> ConductCheck:
    contact = agency.contacts.first()
    days = {"drawn_on": business_date(), "due_on": business_date()}
    fields = {"agency": agency, "branch": agency.branch, "why": "lot", **days}
    return ConductCheck.objects.get_or_create(contact=contact, defaults=fields)[0]


def _agencies(known: Known, people: dict[str, User]) -> dict[str, Any]:
    """Of the demo's own agency, whose person the role at home is."""
    agency = Agency.objects.get()
    case = agency.placements.filter(ended_at__isnull=True).first()
    return {
        "agency_id": agency.pk,
        "contract_id": agency.contracts.get().pk,
        "person_id": agency.people.get().pk,
        "placing_id": case.batch_id,
        "agency_case_take_back.case_id": case.pk,
        "my_case.case_id": case.pk,
        "my_case_reveal.case_id": case.pk,
        "my_case_contact.case_id": case.pk,
        "contact_id": _checked(agency).pk,
        "statement_id": agency.statements.get().pk,
        "certificate_id": agency.certificates.get().pk,
    }


def _made(known: Known, people: dict[str, User]) -> dict[str, Any]:
    later = known.today + timedelta(days=20)
    visit: Visit = known.rows["visiting.Visit"]
    seal = visit.party.key
    complaint = known.row("oversight.Complaint", sealed_text=vault.seal(seal, "x", "complaint"))
    incident = known.row("safety.Incident", sealed_text=vault.seal(seal, "x", "incident"))
    crisis = known.row("safety.Crisis", whom=visit.party)
    known.row("safety.Duty", crisis=crisis, kind="follow_up")
    watch = known.row("safety.Watch", level="low", last_heard=known.at)
    known.rows["safety.Watch"] = watch
    owner = people[Role.PLANNER]
    co_party = LoanParty.objects.filter(role="guarantor").select_related("loan").order_by("pk").first()
    plan = DayPlan.objects.get(day=known.today, status=DayPlan.Status.PUBLISHED)
    forms = [{"no": "D-1-1", "visit": str(visit.pk), "stop": 1}]
    pack = known.row("evidence.DayPack", plan=plan, serial="D-1", forms=forms, printed_by=people[Role.VISITOR])
    keyed = Visit.objects.exclude(ended_at=None).filter(branch=visit.branch).order_by("pk").last()
    said = vault.seal(keyed.party.key, [], "paper_form")
    known.row("evidence.PaperVisit", paper_no="F-2", visit=keyed, keyed_by=people[Role.VISITOR], sealed=said)
    phone = known.row("field.Device", user=people[Role.VISITOR])
    known.row("field.WipeOrder", device=phone)
    entry = known.row("field.Envelope", device=phone, visit=visit, head={}, state="quarantined")
    worth = values_as_json(values_of_day(known.today))
    return {
        "complaint_id": complaint.pk,
        "device_id": phone.pk,
        "entry_id": entry.pk,
        "blob_id": uuid4(),
        "notice_id": known.row("oversight.ComplaintNotice", complaint=complaint, to=people[Role.MANAGER]).pk,
        "stop_id": known.row("oversight.Stop", kind="dispute").pk,
        "attestation_id": known.row("oversight.Attestation", fact="represented", expires=later).pk,
        "version_id": known.row("oversight.ValuesVersion", body=worth, replaces=worth).pk,
        "row_id": known.row("oversight.RuleFigure", kind="change", jurisdiction="CN", rule_id="CN-T1").pk,
        "recusal_id": known.row("visiting.Recusal").pk,
        **_disposal(known, people),
        "budget_end.pk": known.row("visiting.BranchBudget").pk,
        "absence_withdraw.pk": known.row("staff.Absence", officer=people[Role.VISITOR]).pk,
        "proposal_id": known.row("studies.Proposal").pk,
        "sitting_id": known.row("training.Sitting", officer=people[Role.VISITOR]).pk,
        "incident_id": incident.pk,
        "crisis_id": crisis.pk,
        "watch_id": watch.pk,
        "escalation_id": known.row("safety.Escalation", watch=watch, kind="silence", rung="supervisor").pk,
        "rest_id": known.row("safety.Rest", officer=people[Role.VISITOR], until=later).pk,
        "place_id": known.row("safety.ClosedPlace", address=visit.address).pk,
        "word_id": _word(known, people).pk,
        "paper_id": known.row("papers.Paper", step="made", sealed=vault.seal(seal, {}, "paper")).pk,
        "badge_check.token": known.row("borrower.Badge", officer=people[Role.VISITOR], token="t0k3n").token,
        "appointment.token": "no-such-token",
        "serial": pack.serial,
        "form_no": "F-2",
        "paper_visit_key.form_no": "D-1-1",
        "visitor_record.pk": people[Role.VISITOR].pk,
        "observe_visitor.pk": people[Role.VISITOR].pk,
        "refusal_id": known.row("oversight.ContactRefusal").pk,
        "consent_id": _consent(known, visit).pk,
        "customer_contact_other.party_id": co_party.loan.debtor_id,
        "customer_contact_other.person_id": co_party.party_id,
        "customer_contact_other.role": co_party.role,
        "hold_id": known.row("book.LegalHold", ground="audit", reference="1").pk,
        "deletion_id": known.row("book.Deletion", kind="person", party=visit.party).pk,
        "step": "check",
        "job_id": known.row(
            "jobs.Job",
            by=owner,
            kind="import",
            state="done",
            result_page="import_result",
            result_id=uuid4(),
            branch=owner.branch,
        ).pk,
        "upload_id": uploads.keep_upload(pieces=[b"a,b\n1,2\n"], file_name="book.csv", by=owner).id,
    }


def _disposal(known: Known, people: dict[str, User]) -> dict[str, Any]:
    reason = vault.seal(known.rows["book.Party"].key, "x", "stage_reason")
    stage = known.row(
        "disposal.DisposalStage",
        owner=people[Role.MANAGER],
        kind="mediation",
        state="running",
        sealed_reason=reason,
    )
    leave = known.row("disposal.CounselLeave", whom="debtor", channels=["letter"])
    return {
        "stage_id": stage.pk,
        "date_id": known.row("disposal.StageDate", stage=stage, kind="hearing").pk,
        "leave_id": leave.pk,
    }


def _consent(known: Known, visit: Visit) -> Any:
    known.rows["agreements.RepaymentPlan"] = RepaymentPlan.objects.first()
    known.rows["agreements.Proposal"] = Proposal.objects.first()
    return known.row("agreements.GuarantorConsent", guarantor=visit.party)


def _word(known: Known, people: dict[str, User]) -> Any:
    key, word_id = vault.new_key(), uuid4()
    told = {"text": "x", "phone": "", "channel": ""}
    return known.row(
        "borrower.DoorWord",
        id=word_id,
        kind="wrong_person",
        officer=people[Role.VISITOR],
        wrapped_key=vault.wrap(key, f"door_word {word_id}"),
        sealed=vault.seal(key, told, "door_word"),
    )
