"""Plans, evaluations and the day's run as pieces of background work."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from zoufang.core.planning import Progress
from zoufang.core.values import Message, format_yuan, gettext_noop
from zoufang.server.daily.planning import plan_day, plan_days
from zoufang.server.daily.policies import working_days_from
from zoufang.server.daily.pricing import price_plan
from zoufang.server.daily.run import run_day
from zoufang.server.daily.study import evaluate_again
from zoufang.server.jobs.kinds import Ended, Kind, Tell, add_kind
from zoufang.server.jobs.models import Job
from zoufang.server.jobs.services import start
from zoufang.server.staff.clock import now
from zoufang.server.staff.models import Branch, User
from zoufang.server.staff.permissions import require, require_date_mover
from zoufang.server.studies.queries import study
from zoufang.server.visiting.models import DayPlan
from zoufang.server.visiting.plan_queries import plan_of

PLAN = Message(gettext_noop("Plan of a day"))
PLANS = Message(gettext_noop("Plans of several days"))
PRICES = Message(gettext_noop("Price of a plan's constraints"))
PRICING = Message(gettext_noop("Solving the day again without one constraint at a time"))
EVALUATION = Message(gettext_noop("Evaluation of a study"))
DAY_RUN = Message(gettext_noop("Day's run"))
SEARCHING = Message(gettext_noop("Asking the gate about each door, and looking for the first routes"))
BEST = gettext_noop("Best plan so far: %(yuan)s yuan of expected net value")
SAME = gettext_noop("Evaluated again from snapshot %(id)s: every number is the same.")
DIFFERS = gettext_noop("Evaluated again from snapshot %(id)s: the stored report differs.")
BANK_AT = gettext_noop("The bank is at %(day)s.")
STOPPED_EARLY = Message(
    gettext_noop("Stopped early: this is the best plan found until then. Run it again for the full search.")
)


def register() -> None:
    add_kind(Kind("plan", PLAN, "make_plan", run_plan, "plan_list", stoppable=True))
    add_kind(Kind("plan_days", PLANS, "make_plan", run_plan_days, "plan_list", stoppable=True))
    add_kind(Kind("prices", PRICES, "make_plan", run_prices, "plan_list", stoppable=True))
    add_kind(Kind("evaluate", EVALUATION, "see_evaluation", run_evaluate, "study_list"))
    add_kind(Kind("day_run", DAY_RUN, "run_day", run_the_day, "day_run"))


def start_plan(*, branch: Branch, day: date, seed: int, by: User) -> Job:
    """One plan of a branch and day at a time: whoever asks while it is made gets the same."""
    arguments = {"branch": branch.pk, "day": day.isoformat(), "seed": seed}
    return start(kind="plan", key=f"{branch.code}:{day}", by=by, branch=branch, arguments=arguments)


def start_plan_days(*, branch: Branch, first: date, days: int, seed: int, by: User) -> Job:
    """The bank's next `days` working days from `first` on; asked twice, it is the same work."""
    arguments = {"branch": branch.pk, "first": first.isoformat(), "days": days, "seed": seed}
    return start(kind="plan_days", key=f"{branch.code}:{first}:{days}", by=by, branch=branch, arguments=arguments)


class _Watch:
    """Tells how good the best plan is, and remembers that somebody said stop."""

    def __init__(self, tell: Tell) -> None:
        self.tell, self.stopped = tell, False
        tell(0, 0, SEARCHING)

    def __call__(self, at: Progress) -> bool:
        best = at.objective_fen
        text = SEARCHING if best is None else Message(BEST, {"yuan": format_yuan(best)})
        self.stopped = not self.tell(at.iteration, at.iterations, text)
        return not self.stopped

    @property
    def note(self) -> Message | None:
        return STOPPED_EARLY if self.stopped else None


def run_plan(job: Job, tell: Tell) -> Ended:
    watch, given = _Watch(tell), job.arguments
    day = date.fromisoformat(given["day"])
    made = plan_day(branch=job.branch, day=day, seed=given["seed"], by=job.by, at=now(), progress=watch)
    return Ended("plan", str(made.pk), watch.note, stopped=watch.stopped)


def run_plan_days(job: Job, tell: Tell) -> Ended:
    watch, given = _Watch(tell), job.arguments
    first, n = date.fromisoformat(given["first"]), given["days"]
    days = working_days_from(first, n)
    plan_days(branch=job.branch, days=days, seed=given["seed"], by=job.by, at=now(), progress=watch)
    return Ended("plan_days", f"{first}x{n}", watch.note, stopped=watch.stopped)


def start_prices(*, plan: DayPlan, by: User) -> Job:
    require(by, "make_plan", plan)
    return start(kind="prices", key=str(plan.pk), by=by, branch=plan.branch, arguments={"plan": str(plan.pk)})


def run_prices(job: Job, tell: Tell) -> Ended:
    tell(0, 0, PRICING)
    priced = price_plan(
        plan=plan_of(UUID(job.arguments["plan"]), job.by),
        by=job.by,
        told=lambda done, total: tell(done, total, PRICING),
    )
    return Ended("plan", str(priced.pk))


def start_evaluation(*, study_id: UUID, by: User) -> Job:
    one = study(study_id, by)
    arguments = {"study": str(study_id)}
    return start(kind="evaluate", key=str(study_id), by=by, branch=one.branch, arguments=arguments)


def run_evaluate(job: Job, tell: Tell) -> Ended:
    one = study(UUID(job.arguments["study"]), job.by)
    again = evaluate_again(one)
    note = Message(SAME if again.same else DIFFERS, {"id": again.snapshot_id[:12]})
    return Ended("study", str(one.pk), note, level="success" if again.same else "error")


def start_day_run(*, to: date, by: User, branch: Branch) -> Job:
    """The whole bank moves, so there is one run at a time whoever asks."""
    require_date_mover(by)
    return start(kind="day_run", key=to.isoformat(), by=by, branch=branch, arguments={"to": to.isoformat()})


def run_the_day(job: Job, tell: Tell) -> Ended:
    done = run_day(branch=job.branch, to=date.fromisoformat(job.arguments["to"]), by=job.by, at=now())
    return Ended("day_run", note=Message(BANK_AT, {"day": done.to.isoformat()}), level="success")
