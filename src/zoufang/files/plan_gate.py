"""From a planning file to a plan: the gate is asked about every door and crew, then the planner works."""

from __future__ import annotations

from dataclasses import replace

from zoufang.core.compliance import ClearedVisit, Policy, Refusal, crew_findings, policy_on, review
from zoufang.core.errors import BadInput
from zoufang.core.planning import (
    AREA_FROM,
    Candidate,
    Crew,
    Plan,
    PresenceModel,
    VisitOption,
    learn,
    plan,
    plan_by_area,
    press,
    unmet_deadlines,
    visit_options,
)
from zoufang.core.training import CourseList, TrainingPolicy
from zoufang.core.values import Decision, Finding
from zoufang.files.plan_input import CandidateForm, CrewForm, PlanInput
from zoufang.files.plan_output import PlanOutput, output_of
from zoufang.files.policy_packs import shipped_courses, shipped_holidays, shipped_packs


def plan_from(
    asked: PlanInput, seed: int, *, by_area: bool | None = None, workers: int | None = None
) -> PlanOutput:
    """Gate, then plan; refused candidates come back with their rules, refused crews stay at home.

    `by_area` None: from AREA_FROM candidates on. `workers` is for plans by areas.
    """
    law = policy_on(shipped_packs(), asked.day, asked.jurisdiction, shipped_holidays())
    courses = shipped_courses()
    presence = learn(PresenceModel(), asked.past_attempts)
    candidates = tuple(_candidate(form, asked, law, courses, presence) for form in asked.candidates)
    crews, refused = _crews(asked, law, TrainingPolicy(courses))
    if by_area is None:
        by_area = len(candidates) >= AREA_FROM
    made = (
        _by_area(asked, candidates, crews, seed, workers) if by_area else _at_once(asked, candidates, crews, seed)
    )
    notes = (*made.notes, *unmet_deadlines(made, candidates, asked.policy))
    return output_of(replace(made, notes=notes), candidates, refused)


def _at_once(asked: PlanInput, candidates: tuple[Candidate, ...], crews: list[Crew], seed: int) -> Plan:
    pins, drops = asked.pins, asked.drops
    return plan(candidates, crews, asked.policy, days=asked.days, seed=seed, pins=pins, drops=drops)


def _by_area(
    asked: PlanInput, candidates: tuple[Candidate, ...], crews: list[Crew], seed: int, workers: int | None
) -> Plan:
    return plan_by_area(
        candidates,
        crews,
        asked.policy,
        days=asked.days,
        seed=seed,
        branch_of={form.customer_id: form.branch for form in asked.candidates if form.branch},
        pins=asked.pins,
        drops=asked.drops,
        workers=workers,
    )


def _candidate(
    form: CandidateForm, asked: PlanInput, law: Policy, courses: CourseList, presence: PresenceModel
) -> Candidate:
    answers = _ask_gate(form, asked, law)
    cleared = [said for said in answers if isinstance(said, ClearedVisit)]
    courses_needed = {course.code for course in courses.needed_for(form.purpose)}
    made = Candidate(
        customer_id=form.customer_id,
        source=form.key,
        purpose=form.purpose,
        arrears_fen=form.arrears_fen,
        addresses=tuple(door.on_map() for door in form.addresses),
        options=_options(form, asked, cleared, presence),
        uplift=form.expected,
        affordable_fen=form.affordable_fen,
        risk=form.risk,
        needs=replace(form.needs, qualifications=form.needs.qualifications | courses_needed),
        required=form.required or form.appointment is not None,
        household=form.household,
        blocked_by=() if cleared else _reasons(answers),
        service_minutes=form.service_minutes,
        harms=form.harms,
        deadline=form.deadline,
        known_to=form.known_to,
    )
    return press(made, asked.policy)


def _ask_gate(form: CandidateForm, asked: PlanInput, law: Policy) -> list[ClearedVisit | Refusal]:
    """One answer for each door."""
    if not form.addresses:
        raise BadInput(f"Customer {form.customer_id} has no address. Give one, with or without coordinates.")
    request, today = form.request(asked.days), asked.today or asked.day
    facts = [form.facts_at(door, asked.source_file, asked.attestations) for door in form.addresses]
    return [review(request, known, law, today, form.overrides) for known in facts]


def _options(
    form: CandidateForm, asked: PlanInput, cleared: list[ClearedVisit], presence: PresenceModel
) -> tuple[VisitOption, ...]:
    doors = {door.address_id: door.on_map() for door in form.addresses}
    return tuple(
        option
        for said in cleared
        for option in visit_options(
            said, doors[said.address_id], asked.days, asked.policy, presence, form.appointment
        )
    )


def _reasons(answers: list[ClearedVisit | Refusal]) -> tuple[Finding, ...]:
    """All different reasons over the doors."""
    found = [finding for said in answers if isinstance(said, Refusal) for finding in said.reasons]
    return tuple(finding for i, finding in enumerate(found) if finding not in found[:i])


def _crews(
    asked: PlanInput, law: Policy, training: TrainingPolicy
) -> tuple[list[Crew], dict[str, tuple[Finding, ...]]]:
    """Crews that may go, and for the others the rules that keep them at home."""
    fit, refused = [], {}
    for form in asked.crews:
        said = _crew_blocks(form, asked, law, training)
        if said:
            refused[form.crew_id] = said
        else:
            fit.append(form.crew(asked.days[-1]))
    return fit, refused


def _crew_blocks(form: CrewForm, asked: PlanInput, law: Policy, training: TrainingPolicy) -> tuple[Finding, ...]:
    """Judged on the last day too: papers that lapse within the plan keep the crew at home."""
    found = [
        finding
        for day in sorted({asked.days[0], asked.days[-1]})
        for finding in crew_findings(tuple(o.for_gate(day, training) for o in form.officers), law, day)
        if finding.decision is not Decision.ALLOW
    ]
    return tuple(finding for i, finding in enumerate(found) if finding not in found[:i])
