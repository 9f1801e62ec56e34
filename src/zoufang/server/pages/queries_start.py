"""What waits for each role today. Every query holds to the reader's branch and below."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet

from zoufang.core.training import qualified
from zoufang.core.values import PartyRole, Purpose
from zoufang.server.agreements.models import RepaymentPlan
from zoufang.server.audit.models import AuditDay
from zoufang.server.book.models import ImportBatch
from zoufang.server.daily.policies import training_policy
from zoufang.server.oversight.models import Complaint, Override, Verdict
from zoufang.server.staff.models import Role, User
from zoufang.server.staff.permissions import scope
from zoufang.server.staff.queries import branches_of
from zoufang.server.training.services import qualifications
from zoufang.server.visiting.models import DayPlan, LeftOut, Visit

MET = (PartyRole.DEBTOR, PartyRole.CO_DEBTOR)
LAPSES_WITHIN = timedelta(days=30)
DUE_SOON = timedelta(days=5)
VERDICT_DAYS = 7


def visits_on(user: User, day: date) -> dict[str, int]:
    """planned, withdrawn, begun, done, met."""
    return Visit.objects.filter(scope(user), day=day).aggregate(
        planned=Count("pk"),
        withdrawn=Count("pk", filter=Q(withdrawn_reason__isnull=False)),
        begun=Count("pk", filter=Q(started_at__isnull=False)),
        done=Count("pk", filter=Q(ended_at__isnull=False)),
        met=Count("pk", filter=Q(met_role__in=MET)),
    )


def crews_on(user: User, day: date) -> list[dict[str, Any]]:
    """Each crew of the day: its stops, those done, and when it begins."""
    rows = Visit.objects.filter(scope(user), day=day, withdrawn_reason__isnull=True).values(
        "crew__name", "crew__code"
    )
    counted = rows.annotate(
        stops=Count("pk"), done=Count("pk", filter=Q(ended_at__isnull=False)), first=Min("stop__arrive")
    )
    return [dict(row) for row in counted.order_by("crew__code")]


def plans_from(user: User, day: date) -> list[DayPlan]:
    """Plans of the day and after, published or draft."""
    plans = DayPlan.objects.filter(scope(user), day__gte=day).exclude(status=DayPlan.Status.SUPERSEDED)
    return list(plans.select_related("branch").order_by("day", "branch__path"))


def left_out_reasons(user: User, day: date, limit: int) -> list[tuple[dict[str, Any], int]]:
    """Why people are not in the day's plans: the first reason of each, the most frequent first.

    Where the figures in a reason differ from customer to customer they are left open.
    """
    rows = LeftOut.objects.filter(scope(user, "plan__branch"), plan__day=day, kind__in=("refused", "unplanned"))
    texts: dict[str, dict[str, Any]] = {}
    counts: Counter[str] = Counter()
    for reason, *_more in rows.exclude(reasons=[]).values_list("reasons", flat=True):
        texts[reason["template"]] = shared_text(texts.get(reason["template"]), reason)
        counts[reason["template"]] += 1
    return [(texts[template], n) for template, n in counts.most_common(limit)]


def shared_text(known: dict[str, Any] | None, said: dict[str, Any]) -> dict[str, Any]:
    """One text for many: the same words, with "…" for every figure in which they differ."""
    if known is None or known["template"] != said["template"]:
        return known or said
    same = {name: value for name, value in known["params"].items() if said["params"].get(name) == value}
    return {"template": known["template"], "params": dict.fromkeys(known["params"], "…") | same}


def left_out_kinds(user: User, day: date) -> dict[str, int]:
    rows = LeftOut.objects.filter(scope(user, "plan__branch"), plan__day=day)
    return dict(rows.order_by("kind").values_list("kind").annotate(n=Count("pk")))


def open_complaints(user: User) -> QuerySet[Complaint]:
    """Those whose answer is due first, first."""
    return Complaint.objects.filter(scope(user), closed_on__isnull=True).order_by("due_on", "id")


def waiting_plans(user: User) -> QuerySet[RepaymentPlan]:
    """Repayment plans that wait for a second person, the longest waiting first."""
    waits = RepaymentPlan.objects.filter(scope(user), status=RepaymentPlan.Status.AWAITING_APPROVAL)
    return waits.select_related("branch", "made_by").order_by("made_at", "id")


def troubled_imports(user: User, limit: int) -> list[ImportBatch]:
    """Files that failed or left rows behind, the newest first."""
    troubled = Q(status=ImportBatch.Status.FAILED) | Q(counts__rejected__gt=0)
    return list(ImportBatch.objects.filter(scope(user)).filter(troubled).order_by("-at", "-pk")[:limit])


def failed_imports(user: User) -> int:
    return ImportBatch.objects.filter(scope(user), status=ImportBatch.Status.FAILED).count()


def stops_of(user: User, day: date) -> list[Visit]:
    """The visitor's own stops in their order."""
    own = Visit.objects.filter(crew__members=user, day=day).select_related("party", "stop", "crew")
    return list(own.order_by("stop__arrive", "id"))


@dataclass(frozen=True, slots=True)
class Standing:
    """A visitor: until when all certificates for a first talk hold; None: not qualified today."""

    officer: User
    valid_until: date | None
    lacking: tuple[Any, ...]


def officers(user: User, day: date) -> list[Standing]:
    """Every active visitor of the branch, those not qualified first, then by who lapses first."""
    policy, held = training_policy(day), qualifications()
    people = User.objects.filter(scope(user), role=Role.VISITOR, is_active=True).order_by("employee_no")
    found = []
    for officer in people:
        check = qualified(str(officer.pk), held, Purpose.FIRST_TALK, day, policy)
        lacking = tuple(finding.message for finding in check.findings)
        found.append(Standing(officer, check.valid_until, lacking))
    return sorted(found, key=lambda one: (one.valid_until or date.min, one.officer.employee_no))


def verdicts_of(user: User, day: date) -> dict[str, int]:
    rows = Verdict.objects.filter(scope(user), day__gt=day - timedelta(days=VERDICT_DAYS), day__lte=day)
    return dict(rows.order_by("decision").values_list("decision").annotate(n=Count("pk")))


def blocking_rules(user: User, day: date, limit: int) -> list[tuple[str, dict[str, Any], int]]:
    """(rule, its message, customers) of verdicts of the last days that did not clear, the most frequent first."""
    rows = Verdict.objects.filter(
        scope(user), cleared=False, day__gt=day - timedelta(days=VERDICT_DAYS), day__lte=day
    )
    people: dict[str, set[Any]] = {}
    texts: dict[str, dict[str, Any]] = {}
    for party, body in rows.values_list("party", "body").iterator():
        for finding in body.get("findings", ()):
            if finding["decision"] != "allow":
                people.setdefault(finding["rule_id"], set()).add(party)
                texts[finding["rule_id"]] = shared_text(texts.get(finding["rule_id"]), finding["message"])
    ranked = sorted(people, key=lambda rule: (-len(people[rule]), rule))
    return [(rule, texts[rule], len(people[rule])) for rule in ranked[:limit]]


def overrides_given(user: User, limit: int) -> list[Override]:
    given = Override.objects.filter(scope(user, "verdict__branch")).select_related("by", "verdict")
    return list(given.order_by("-at", "-pk")[:limit])


def staff_by_role(user: User) -> list[tuple[str, int]]:
    rows = User.objects.filter(scope(user), is_active=True).exclude(role="")
    return list(rows.order_by("role").values_list("role").annotate(n=Count("pk")))


def audit_days(user: User) -> dict[str, Any]:
    """Open days, lines of the newest day, and the newest closed day."""
    own = AuditDay.objects.filter(branch_code__in=[branch.code for branch in branches_of(user)])
    newest = own.order_by("-day").values("day").annotate(n=F("lines")).first()
    closed = own.exclude(root="").order_by("-day").first()
    return {
        "open": own.filter(root="").count(),
        "lines": newest["n"] if newest else 0,
        "closed": closed.day if closed else None,
    }
