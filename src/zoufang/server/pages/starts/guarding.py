"""The day of those who guard: compliance, approver, trainer, administrator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet, Sum
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zoufang.core.compliance import PolicyRule
from zoufang.core.values import Message
from zoufang.server.oversight.models import Complaint, Override
from zoufang.server.oversight.rule_figures import standing
from zoufang.server.pages import queries_start as waiting
from zoufang.server.pages.reader import reader
from zoufang.server.pages.starts.cases import stages_tile
from zoufang.server.pages.starts.cockpit import LINES, Panel, Row, StartPage, Tile, alarm, cockpit, link
from zoufang.server.pages.starts.lists import complaint_rows, import_rows, waiting_rows
from zoufang.server.pages.starts.paper_tiles import lost_tile
from zoufang.server.pages.starts.reviewing import review_tile
from zoufang.server.pages.starts.rights import rights_tile
from zoufang.server.staff.clock import business_date
from zoufang.server.staff.models import Role

QUEUE = 12
RULES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class _Watch:
    """What a compliance officer has to know this morning, read once for tiles and panels alike."""

    today: date
    complaints: QuerySet[Complaint]
    verdicts: dict[str, int]
    rules: list[PolicyRule]
    blocking: list[tuple[str, dict[str, Any], int]]
    overrides: list[Override]

    @property
    def unverified(self) -> list[PolicyRule]:
        return [rule for rule in self.rules if not rule.verified]


def compliance(request: HttpRequest) -> StartPage:
    user, today = reader(request), business_date()
    watch = _Watch(
        today=today,
        complaints=waiting.open_complaints(user),
        verdicts=waiting.verdicts_of(user, today),
        rules=[rule for pack in standing(today).packs() for rule in pack.in_force(today)],
        blocking=list(waiting.blocking_rules(user, today, LINES)),
        overrides=list(waiting.overrides_given(user, LINES)),
    )
    return cockpit(
        [*_compliance_tiles(watch), rights_tile(user, today), review_tile(user, today), lost_tile(user)],
        _compliance_panels(watch),
    )


def _compliance_tiles(watch: _Watch) -> list[Tile]:
    to_verdicts = link("verdict_list")
    soon = watch.complaints.filter(due_on__lte=watch.today + waiting.DUE_SOON).count()
    due = _("%(n)s due within 5 days or late") % {"n": soon}
    blocked, warned, unverified = watch.verdicts.get("block", 0), watch.verdicts.get("warn", 0), watch.unverified
    of_rules = _("of %(n)s in force") % {"n": len(watch.rules)}
    return [
        Tile(
            _("Complaints open"), watch.complaints.count(), note=due, link=link("complaint_list"), tone=alarm(soon)
        ),
        Tile(_("Blocked in 7 days"), blocked, note=_("verdicts"), link=to_verdicts),
        Tile(_("Need an override"), warned, note=_("verdicts in 7 days"), link=to_verdicts, tone="yellow"),
        Tile(_("Overrides given"), len(watch.overrides), note=_("the newest are listed"), link=to_verdicts),
        Tile(
            _("Rules not yet verified"),
            len(unverified),
            note=of_rules,
            link=link("rule_list"),
            tone=alarm(len(unverified), "yellow"),
        ),
    ]


def _compliance_panels(watch: _Watch) -> list[Panel]:
    to_verdicts, to_complaints, to_rules = link("verdict_list"), link("complaint_list"), link("rule_list")
    due = complaint_rows(watch.complaints[:LINES], watch.today)
    blocking = tuple(
        Row(Message.from_json(text), rule, to_verdicts, _("%(n)s customers") % {"n": n}, data=False)
        for rule, text, n in watch.blocking
    )
    given = tuple(_override_row(one) for one in watch.overrides)
    english = get_language() == "en"
    to_check = tuple(Row(rule.en if english else rule.zh, rule.id) for rule in watch.unverified[:RULES_SHOWN])
    all_verdicts = _("All verdicts")
    return [
        Panel(_("Complaints due first"), due, _("No complaint is open."), to_complaints, _("All complaints")),
        Panel(_("What blocks most"), blocking, _("Nothing was blocked in 7 days."), to_verdicts, all_verdicts),
        Panel(_("Overrides given"), given, _("No warning was overridden."), to_verdicts, all_verdicts),
        Panel(_("Rules not yet verified"), to_check, _("Every rule in force is verified."), to_rules, _("Rules")),
    ]


def _override_row(one: Override) -> Row:
    who = f"{one.at.date().isoformat()} · {one.by.employee_no}"
    return Row(", ".join(one.rule_ids), who, link("verdict", one.verdict_id))


def approver(request: HttpRequest) -> StartPage:
    user = reader(request)
    today = business_date()
    plans = waiting.waiting_plans(user)
    oldest = plans.first()
    days = (today - oldest.made_at.date()).days if oldest else 0
    total = plans.aggregate(fen=Sum("total_fen"))["fen"] or 0
    to_queue = link("approval_list")
    tiles = [
        Tile(_("Waiting for you"), plans.count(), link=to_queue, tone=alarm(plans.count(), "yellow")),
        Tile(_("Their amount"), total, "money", link=to_queue, tone="blue"),
        Tile(_("Longest waiting, days"), max(days, 0), link=to_queue, tone=alarm(days > 1, "red")),
        stages_tile(user),
    ]
    queue = Panel(
        _("Approvals waiting"),
        waiting_rows(plans[:QUEUE]),
        _("Nothing waits for approval."),
        to_queue,
        _("All approvals"),
    )
    return cockpit(tiles, [queue])


def trainer(request: HttpRequest) -> StartPage:
    user = reader(request)
    today = business_date()
    officers = waiting.officers(user, today)
    lacking = [one for one in officers if one.valid_until is None]
    soon = [one for one in officers if one.valid_until and one.valid_until <= today + waiting.LAPSES_WITHIN]
    to_training = link("training_overview")
    tiles = [
        Tile(_("Visitors"), len(officers), link=to_training, tone="blue"),
        Tile(_("Not qualified today"), len(lacking), link=to_training, tone=alarm(len(lacking))),
        Tile(_("Lapse within 30 days"), len(soon), link=to_training, tone=alarm(len(soon), "yellow")),
        Tile(_("Qualified"), len(officers) - len(lacking), link=to_training, tone="green"),
        review_tile(user, today),
    ]
    panels = [
        Panel(
            _("Not qualified today"),
            tuple(_officer_row(one, today) for one in lacking[:QUEUE]),
            _("Every visitor is qualified."),
            to_training,
            _("Training"),
        ),
        Panel(
            _("Lapsing first"),
            tuple(_officer_row(one, today) for one in officers if one.valid_until is not None)[:QUEUE],
            _("No certificate is held."),
            to_training,
            _("Training"),
        ),
    ]
    return cockpit(tiles, panels)


def _officer_row(one: waiting.Standing, today: date) -> Row:
    name = f"{one.officer.full_name} {one.officer.employee_no}"
    if one.valid_until is None:
        lacks = _("%(n)s certificates missing or lapsed") % {"n": len(one.lacking)}
        return Row(name, lacks, link("training_overview"), _("Not qualified"), "red")
    left = (one.valid_until - today).days
    tone = "yellow" if timedelta(left) <= waiting.LAPSES_WITHIN else "green"
    until = _("until %(day)s") % {"day": one.valid_until.isoformat()}
    return Row(name, until, link("training_overview"), _("%(n)s days left") % {"n": left}, tone)


def administrator(request: HttpRequest) -> StartPage:
    user = reader(request)
    roles, chain = waiting.staff_by_role(user), waiting.audit_days(user)
    troubled, failed = waiting.troubled_imports(user, LINES), waiting.failed_imports(user)
    closed = chain["closed"]
    to_staff, to_audit = link("staff_list"), link("audit_trail")
    tiles = [
        Tile(_("Users"), sum(n for _role, n in roles), note=_("active"), link=to_staff, tone="blue"),
        Tile(
            _("Audit days open"),
            chain["open"],
            note=_("closed up to %(day)s") % {"day": closed.isoformat() if closed else "–"},
            link=to_audit,
            tone="blue",
        ),
        Tile(_("Audit lines of the newest day"), chain["lines"], link=to_audit, tone="blue"),
        Tile(_("Imports failed"), failed, link=link("import_list"), tone=alarm(failed)),
        Tile(_("Business date"), business_date().isoformat(), link=link("day_run"), note=_("to the day's run")),
    ]
    people = tuple(
        Row(str(Role(role).label), badge=_("%(n)s users") % {"n": n}, link=to_staff, data=False)
        for role, n in roles
    )
    panels = [
        Panel(_("Users by role"), people, link=to_staff, link_label=_("Staff and branches")),
        Panel(
            _("Imports that failed or left rows behind"),
            import_rows(troubled),
            _("Every row landed."),
            link("import_list"),
            _("All imports"),
        ),
    ]
    return cockpit(tiles, panels)
