"""What compliance looks at: complaints, stops, missing facts, verdicts, rules."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.core.paginator import Page
from django.db.models import Exists, F, Max, OuterRef, QuerySet

from zoufang.core.compliance import ATTESTABLE, FACT_NAMES, OVERLAY, Pack, PolicyRule
from zoufang.core.errors import NotFound
from zoufang.core.values import Decision, Message
from zoufang.files.rule_states import RuleState, rule_states
from zoufang.server.oversight.models import Attestation, Complaint, ComplaintStep, Stop, Verdict
from zoufang.server.oversight.queries import stops_in_force
from zoufang.server.oversight.rule_figures import standing
from zoufang.server.pages.listing import page_of, showing
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require, scope

PAGE = 25
FACT_OF = {name: fact for fact, name in FACT_NAMES.items()}


def complaints(user: User, *, state: str = "open", page: str | int | None = 1) -> Page[Complaint]:
    """Open ones by the day on which the answer is due; closed ones newest first."""
    require(user, "record_complaint")
    rows = Complaint.objects.filter(scope(user), closed_on__isnull=state != "closed")
    order = ("-closed_on", "-pk") if state == "closed" else ("due_on", "pk")
    raised = ComplaintStep.objects.filter(complaint=OuterRef("pk"), kind=ComplaintStep.Kind.ESCALATED)
    rows = rows.annotate(escalated=Exists(raised)).select_related("party", "branch", "by", "owner")
    return page_of(rows.order_by(*order), PAGE, page)


def complaint(complaint_id: UUID, user: User) -> Complaint:
    require(user, "record_complaint")
    rows = Complaint.objects.filter(scope(user)).select_related("party", "branch", "by", "owner")
    found = rows.filter(pk=complaint_id).first()
    if found is None:
        raise NotFound("No such complaint in your branch.")
    return found


def stops(user: User, day: date, *, kind: str = "", page: str | int | None = 1) -> Page[Stop]:
    """In force on `day`, the newest first."""
    require(user, "see_verdicts")
    rows = stops_in_force(day).filter(scope(user)).select_related("party", "branch", "by")
    if kind:
        rows = rows.filter(kind=kind)
    return page_of(rows.order_by("-since", "-pk"), PAGE, page)


def stop(stop_id: UUID, user: User) -> Stop:
    require(user, "see_verdicts")
    found = Stop.objects.filter(scope(user), pk=stop_id).select_related("branch").first()
    if found is None:
        raise NotFound("No such stop in your branch.")
    return found


@dataclass(frozen=True, slots=True)
class MissingFact:
    """A fact that nobody knows: how many customers of one source it keeps from being visited."""

    name: str
    fact: str
    source_system: str
    customers: int

    @property
    def attestable(self) -> bool:
        return self.fact in ATTESTABLE

    @property
    def message(self) -> Message:
        return Message(self.name)


def missing_facts(user: User) -> tuple[date | None, list[MissingFact]]:
    """From each customer's last verdict of the newest day on which the gate was asked about visits."""
    require(user, "attest_fact")
    asked = Verdict.objects.filter(scope(user), channel="visit")
    day = asked.aggregate(day=Max("day"))["day"]
    rows = asked.filter(day=day).order_by("at", "pk")
    last = {row[0]: row for row in rows.values_list("party", "party__source_system", "decision", "body__findings")}
    found: Counter[tuple[str, str]] = Counter()
    for _party, source, decision, findings in last.values():
        if decision == "block":
            found.update({(name, source) for name in _unknown(findings)})
    ranked = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return day, [MissingFact(name, FACT_OF[name], source, n) for (name, source), n in ranked]


def _unknown(findings: list[dict[str, Any]]) -> set[str]:
    """Names of facts that blocked because nobody knows them."""
    blocks = (f["message"]["params"].get("fact") for f in findings if f["decision"] == "block")
    return {name for name in blocks if name in FACT_OF}


def attestations(user: User) -> QuerySet[Attestation]:
    """Waiting ones first, then by expiry."""
    require(user, "attest_fact")
    rows = Attestation.objects.select_related("first_by", "second_by")
    return rows.order_by(F("second_at").asc(nulls_first=True), "expires", "pk")


def attestation(attestation_id: UUID, user: User) -> Attestation:
    found = attestations(user).filter(pk=attestation_id).first()
    if found is None:
        raise NotFound("No such attestation.")
    return found


def source_systems(user: User) -> list[str]:
    """Sources of the customers about whom the gate was asked."""
    rows = Verdict.objects.filter(scope(user)).values_list("party__source_system", flat=True)
    return list(rows.distinct().order_by("party__source_system"))


@dataclass(frozen=True, slots=True)
class DayOfVerdicts:
    """All decisions of a day: counts by decision, and by rule that stood in the way."""

    day: date | None
    by_decision: dict[str, int]
    by_rule: list[tuple[str, int]]
    page: Page[Verdict]


def verdicts(
    user: User,
    *,
    day: date | None,
    rule: str = "",
    decision: str = "",
    channel: str = "",
    page: str | int | None = 1,
) -> DayOfVerdicts:
    """Of `day`, else of the newest day that has any. Findings are read once to count and to filter."""
    require(user, "see_verdicts")
    seen = Verdict.objects.filter(scope(user))
    day = day or seen.aggregate(day=Max("day"))["day"]
    rows = seen.filter(day=day).order_by("-at", "-pk")
    told = list(rows.values_list("pk", "decision", "channel", "body__findings"))
    by_rule = Counter(r for _pk, _d, _c, findings in told for r in _against(findings))
    wanted = [
        pk
        for pk, said, way, findings in told
        if decision in ("", said) and channel in ("", way) and (not rule or rule in _against(findings))
    ]
    severity = {pk: Decision(said).severity for pk, said, _way, _findings in told}
    wanted.sort(key=lambda pk: -severity[pk])  # blocks first; within a decision the newest first
    found = page_of(wanted, PAGE, page)
    rows_of = Verdict.objects.select_related("party", "branch").in_bulk(list(found.object_list))
    shown = showing(found, [rows_of[pk] for pk in found.object_list])
    return DayOfVerdicts(day, dict(Counter(row[1] for row in told)), by_rule.most_common(), shown)


def _against(findings: list[dict[str, Any]]) -> set[str]:
    return {finding["rule_id"] for finding in findings if finding["decision"] != "allow"}


def verdict(verdict_id: UUID, user: User) -> Verdict:
    require(user, "see_verdicts")
    rows = Verdict.objects.filter(scope(user)).select_related("party", "branch", "address", "facts")
    found = rows.prefetch_related("overrides__by").filter(pk=verdict_id).first()
    if found is None:
        raise NotFound("No such verdict in your branch.")
    return found


@dataclass(frozen=True, slots=True)
class RuleLine:
    rule: PolicyRule
    in_force: bool
    state: RuleState | None
    own_page: bool


def rules(day: date) -> list[tuple[Pack, list[RuleLine]]]:
    """Every pack of the installation's jurisdiction, the bank's own figures last, and what binds on `day`."""
    states = rule_states()
    return [
        (pack, [RuleLine(r, r in pack.in_force(day), states.get(r.id), pack.id != OVERLAY) for r in pack.rules])
        for pack in standing(day).packs()
    ]


def rules_of_no_pack(day: date) -> list[RuleState]:
    """Rules of this jurisdiction that another part of Zoufang keeps, or nobody."""
    now = standing(day)
    stated = {rule.id for pack in now.packs() for rule in pack.rules}
    return [
        one
        for one in rule_states().values()
        if one.id not in stated and one.id.split("-")[0] in (now.jurisdiction, "XX")
    ]
