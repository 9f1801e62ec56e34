"""What the office does each workday: approve, answer complaints, renew certificates before they lapse."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from zoufang.core.simulation import SimulatedBank
from zoufang.core.simulation.chance import uniform
from zoufang.core.values import BANK_ZONE
from zoufang.server.agreements.models import RepaymentPlan
from zoufang.server.agreements.offers import decide, reflection
from zoufang.server.daily.offering import offer_gate
from zoufang.server.demo.answers import answer_and_close
from zoufang.server.demo.found import PASS_SCORE, Staff
from zoufang.server.demo.safety import talk_it_over
from zoufang.server.oversight.models import Complaint
from zoufang.server.training.models import Certificate
from zoufang.server.training.services import certify

ANSWERED_AFTER = timedelta(days=9)
RENEWED_BEFORE = timedelta(days=5)
PROPOSED = ("proposal__statement__party", "proposal__loan__debtor", "loan__debtor")
FORGETS = 0.12  # certificates that nobody renews in time: the planner sees the crew that stays at home


def office_day(bank: SimulatedBank, team: Staff, day: date, at: datetime) -> None:
    """The desk work of one workday."""
    approve_waiting(team, at)
    _answer_complaints(team, day, at)
    _renew(bank, team, day, at)
    talk_it_over(team, day, at)


def approve_waiting(team: Staff, at: datetime) -> None:
    """Whatever waits, except where the customer still has time to reflect."""
    waiting = RepaymentPlan.objects.filter(status=RepaymentPlan.Status.AWAITING_APPROVAL)
    for plan in waiting.select_related("branch", *PROPOSED).order_by("made_at"):
        gate = offer_gate(plan.loan, at.astimezone(BANK_ZONE).date())
        if reflection(plan, gate, at) is not None:
            continue
        approver = team.manager if plan.approval_needed == "manager" else team.approver
        decide(plan=plan, approved=True, comment="", gate=gate, by=approver, at=at)


def _answer_complaints(team: Staff, day: date, at: datetime) -> None:
    due = Complaint.objects.filter(closed_on__isnull=True, opened_on__lte=day - ANSWERED_AFTER)
    for complaint in due.select_related("branch").order_by("opened_on", "id"):
        answer_and_close(complaint, by=team.compliance, on=day, at=at)


def _renew(bank: SimulatedBank, team: Staff, day: date, at: datetime) -> None:
    """A certificate about to lapse is renewed by a new examination, unless it is one of the forgotten."""
    lapsing = Certificate.objects.filter(expires__range=(day, day + RENEWED_BEFORE))
    for old in lapsing.select_related("officer__branch", "course").order_by(
        "officer__employee_no", "course__code"
    ):
        newer = Certificate.objects.filter(officer=old.officer, course=old.course, issued__gt=old.issued)
        if newer.exists() or uniform(bank.seed, "forgotten", old.officer.employee_no, old.course.code) < FORGETS:
            continue
        certify(officer=old.officer, course=old.course, score=PASS_SCORE, on=day, by=team.trainer, at=at)
