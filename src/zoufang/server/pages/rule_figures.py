"""One rule: what it says, what proves it, who confirmed it, and the bank's own figures, proposed and approved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from zoufang.core.compliance import NumberUnit, PolicyRule, RuleNumber, figures_stated, is_own
from zoufang.core.errors import BadInput, Conflict
from zoufang.core.values import hhmm
from zoufang.files.rule_states import figures_counted, rule_states
from zoufang.server.oversight import rule_figures as services
from zoufang.server.oversight.models import RuleFigure
from zoufang.server.pages.day_input import DayInput
from zoufang.server.pages.reader import reader
from zoufang.server.pages.templatetags.zoufang import said
from zoufang.server.pages.words import word
from zoufang.server.staff.clock import business_date, now
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.models import Level, User
from zoufang.server.staff.permissions import may, require

A_DAY = timedelta(days=1)


class ClockField(forms.CharField):
    """08:30 → 510; 24:00 is the end of the day."""

    def __init__(self, **more: Any) -> None:
        super().__init__(max_length=5, widget=forms.TextInput(attrs={"inputmode": "numeric"}), **more)

    def clean(self, value: Any) -> Any:
        hour, _colon, minute = str(super().clean(value)).partition(":")
        if hour.isdecimal() and minute.isdecimal() and len(minute) == 2 and int(minute) < 60 and int(hour) < 25:
            return int(hour) * 60 + int(minute)
        raise forms.ValidationError(_("Give the hour as 08:30."))


class ConfirmForm(forms.Form):
    """Whoever read the source puts its words here."""

    source_text = forms.CharField(
        label=gettext_lazy("Words of the source"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )
    where = forms.CharField(label=gettext_lazy("Where they stand: document, article, address"), max_length=500)
    read_on = forms.DateField(label=gettext_lazy("Read on"), widget=DayInput())

    def __init__(self, data: Any, today: date) -> None:
        super().__init__(data, initial={"read_on": today}, prefix="confirm")
        self.today = today

    def clean_read_on(self) -> date:
        day: date = self.cleaned_data["read_on"]
        if day > self.today:
            raise forms.ValidationError(_("This day has not come yet."))
        return day


class ChangeForm(forms.Form):
    """One field a figure of the rule; what is in force stands in it when the form is drawn."""

    valid_from = forms.DateField(label=gettext_lazy("First day on which it counts"), widget=DayInput())
    reason = forms.CharField(
        label=gettext_lazy("Reason: the decision it rests on, with number and date"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: Any, numbers: Mapping[str, RuleNumber], today: date) -> None:
        super().__init__(data, initial={"valid_from": today + A_DAY}, prefix="change")
        self.today, self.numbers = today, numbers
        for name, number in numbers.items():
            self.fields[name] = _field(number)
        self.order_fields([*numbers, "valid_from", "reason"])

    def clean_valid_from(self) -> date:
        day: date = self.cleaned_data["valid_from"]
        if day <= self.today:
            raise forms.ValidationError(_("Choose a day after today: what was decided today stands."))
        return day

    def values(self) -> dict[str, int]:
        return {name: self.cleaned_data[name] for name in self.numbers}


def _field(number: RuleNumber) -> forms.Field:
    label = word(number.name, "rule_number")
    if number.unit is NumberUnit.TIME:
        return ClockField(label=label, initial=hhmm(number.value))
    unit = word(number.unit.value, "unit")
    return forms.IntegerField(label=f"{label} ({unit})", min_value=0, max_value=100_000, initial=number.value)


@dataclass(frozen=True, slots=True)
class NumberLine:
    name: str
    unit: str
    before: int | None
    value: int
    counted: bool = True

    @property
    def changed(self) -> bool:
        return self.before != self.value


def _numbers_on(rule_id: str, day: date) -> dict[str, RuleNumber]:
    return figures_stated(services.standing(day).packs(), rule_id, day)


@login_required
def rule(request: HttpRequest, pack: str, rule_id: str) -> HttpResponse:
    """For every member of staff to read; compliance of a branch or the head office proposes here."""
    user, today = reader(request), business_date()
    packed, stated = services.rule_of(pack, rule_id)
    confirm, change = ConfirmForm(None, today), ChangeForm(None, _numbers_on(rule_id, today + A_DAY), today)
    if request.method == "POST":
        require(user, "propose_rule_figures")
        if "confirm" in request.POST:
            confirm = ConfirmForm(request.POST, today)
            made = _confirmed(confirm, pack, rule_id, user)
        else:
            change = ChangeForm(request.POST, change.numbers, today)
            made = _changed(change, rule_id, user)
        if made is not None:
            messages.success(request, _("Proposed. A second person has to approve."))
            return redirect("rule_figures", made.pk)
    context = {"pack": packed, "rule": stated, "confirm": confirm, "change": change, "state": _state(rule_id)}
    return render(request, "oversight/rule.html", context | _standing(stated, pack, user, today))


def _standing(stated: PolicyRule, pack: str, user: User, today: date) -> dict[str, Any]:
    """Where the rule stands today, and what was ever proposed on it."""
    rows = [row for row in services.proposals() if row.rule_id == stated.id and row.pack in ("", pack)]
    jurisdiction = services.standing(today).jurisdiction
    by_packs = figures_stated(services.own_packs(jurisdiction), stated.id, today)
    counted = figures_counted(jurisdiction, stated.id)
    now_in_force = services.figures_in_force(stated.id, today)
    return {
        "rows": rows,
        "numbers": [
            NumberLine(
                name, number.unit.value, number.value, now_in_force.get(name, number.value), name in counted
            )
            for name, number in by_packs.items()
        ],
        "verified": stated.verified or (pack, stated.id) in services.standing(today).confirmed,
        "own": is_own(stated),
        "proposes": may(user, "propose_rule_figures") and _decides_for_the_bank(user),
    }


def _state(rule_id: str) -> Any:
    return rule_states().get(rule_id)


def _confirmed(form: ConfirmForm, pack: str, rule_id: str, user: User) -> RuleFigure | None:
    if not form.is_valid():
        return None
    return _told_in(
        form,
        lambda: services.propose_confirmation(
            id=new_id(), pack=pack, rule_id=rule_id, by=user, today=form.today, at=now(), **form.cleaned_data
        ),
    )


def _changed(form: ChangeForm, rule_id: str, user: User) -> RuleFigure | None:
    if not form.is_valid():
        return None
    return _told_in(
        form,
        lambda: services.propose_change(
            id=new_id(),
            rule_id=rule_id,
            values=form.values(),
            valid_from=form.cleaned_data["valid_from"],
            reason=form.cleaned_data["reason"],
            by=user,
            today=form.today,
            at=now(),
        ),
    )


def _told_in(form: forms.Form, propose: Any) -> RuleFigure | None:
    """What was proposed; or None, and the reason of the refusal stands in the form."""
    try:
        made: RuleFigure = propose()
    except (BadInput, Conflict) as error:
        form.add_error(None, said(error))
        return None
    return made


@login_required
@require_GET
def rule_figures(request: HttpRequest, row_id: UUID) -> HttpResponse:
    """A proposal with what stood before; a second person decides on it here."""
    user, row = reader(request), services.proposal(row_id)
    waits = row.state == services.State.PROPOSED
    approves = (
        waits
        and user.pk != row.proposed_by_id
        and may(user, "approve_rule_figures")
        and _decides_for_the_bank(user)
    )
    context = {
        "row": row,
        "lines": _lines(row),
        "approves": approves,
        "refuses": approves or (waits and user.pk == row.proposed_by_id),
        "state": _state(row.rule_id),
    }
    return render(request, "oversight/rule_figures.html", context)


def _lines(row: RuleFigure) -> list[NumberLine]:
    """All figures of the rule; of those that the row names not, the packs' own count."""
    if row.kind != services.Kind.CHANGE:
        return []
    stated = figures_stated(services.own_packs(row.jurisdiction), row.rule_id, row.valid_from)
    return [
        NumberLine(name, number.unit.value, row.before.get(name), row.values.get(name, number.value))
        for name, number in stated.items()
    ]


@login_required
@require_POST
def rule_figures_approve(request: HttpRequest, row_id: UUID) -> HttpResponse:
    row = services.proposal(row_id)
    services.approve(row=row, by=reader(request), today=business_date(), at=now())
    messages.success(request, _("Approved. Decisions of its first day and later rest on it; earlier ones stand."))
    return redirect("rule_figures", row.pk)


@login_required
@require_POST
def rule_figures_refuse(request: HttpRequest, row_id: UUID) -> HttpResponse:
    row = services.proposal(row_id)
    services.refuse(row=row, why=request.POST.get("why", ""), by=reader(request), at=now())
    messages.success(request, _("Refused. What is in force stays so."))
    return redirect("rule_figures", row.pk)


def _decides_for_the_bank(user: User) -> bool:
    return user.branch is not None and user.branch.level != Level.SUB_BRANCH
