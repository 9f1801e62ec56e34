"""What visits are worth and what harm costs: history, proposal of new figures, the second person's yes or no."""

from __future__ import annotations

from collections.abc import Iterable
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

from zoufang.core.planning import (
    HARM_NAMES,
    Figure,
    FigureChange,
    Figures,
    Harm,
    VisitValues,
    figure_changes,
    figures_of,
)
from zoufang.core.values import Purpose, format_yuan
from zoufang.files.visit_values import values_from_json
from zoufang.server.daily.policies import values_of_day
from zoufang.server.oversight import visit_values as services
from zoufang.server.oversight.models import ValuesVersion
from zoufang.server.pages.day_input import DayInput
from zoufang.server.pages.door_fields import fen_of, yuan
from zoufang.server.pages.reader import reader
from zoufang.server.pages.words import word
from zoufang.server.staff.clock import business_date, now
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.models import Level, User
from zoufang.server.staff.permissions import may, require

GROUPS = {
    Figure.HARM: gettext_lazy("Price of harm"),
    Figure.VALUE: gettext_lazy("Worth of the purpose beside money"),
    Figure.URGENCY: gettext_lazy("Added on the day of the legal deadline"),
}
A_DAY = timedelta(days=1)


class FiguresForm(forms.Form):
    """One field a figure; what is in force stands in it when the form is drawn."""

    valid_from = forms.DateField(label=gettext_lazy("First day on which plans count with it"), widget=DayInput())
    reason = forms.CharField(
        label=gettext_lazy("Reason: the decision it rests on, with number and date"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any, base: VisitValues, today: date) -> None:
        super().__init__(data, initial={"valid_from": today + A_DAY})
        self.today = today
        self.names = {(figure, of): f"{figure.value}_{of}" for figure, of, _fen in figures_of(base)}
        for figure, of, fen in figures_of(base):
            self.fields[self.names[figure, of]] = yuan(name_of(figure, of), initial=format_yuan(fen))

    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        return [
            (label, [self[n] for (f, _of), n in self.names.items() if f is figure])
            for figure, label in GROUPS.items()
        ]

    def clean_valid_from(self) -> date:
        day: date = self.cleaned_data["valid_from"]
        if day <= self.today:
            raise forms.ValidationError(_("Choose a day after today: the plans of today stand."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.fen = {key: fen_of(self, name) for key, name in self.names.items()}
        return cleaned

    def figures(self) -> Figures:
        fen = {key: amount for key, amount in self.fen.items() if amount is not None}
        return Figures(
            harm_fen={Harm(of): n for (figure, of), n in fen.items() if figure is Figure.HARM},
            value_fen={Purpose(of): n for (figure, of), n in fen.items() if figure is Figure.VALUE},
            urgent_fen={Purpose(of): n for (figure, of), n in fen.items() if figure is Figure.URGENCY},
        )


def name_of(figure: Figure, of: str) -> str:
    return _(HARM_NAMES[Harm(of)]).capitalize() if figure is Figure.HARM else word(of, "purpose")


@dataclass(frozen=True, slots=True)
class FigureLine:
    group: str
    name: str
    change: FigureChange


def lines(changes: Iterable[FigureChange]) -> list[FigureLine]:
    return [FigureLine(str(GROUPS[one.figure]), name_of(one.figure, one.of), one) for one in changes]


def values_in_force(day: date) -> dict[str, Any]:
    """The version of `day` with all its figures, and every version that was ever proposed."""
    values = values_of_day(day)
    figures = lines(figure_changes(values, values))
    harm = [one for one in figures if one.change.figure is Figure.HARM]
    worth = [one for one in figures if one.change.figure is not Figure.HARM and one.change.fen]
    return {"values": values, "harm": harm, "worth": worth, "versions": list(services.versions())}


@login_required
def values_propose(request: HttpRequest) -> HttpResponse:
    user, today = reader(request), business_date()
    require(user, "propose_values")
    form = FiguresForm(request.POST or None, values_of_day(today + A_DAY), today)
    if request.method == "POST" and form.is_valid():
        first = form.cleaned_data["valid_from"]
        made = services.propose_values(
            id=new_id(),
            base=values_of_day(first),
            figures=form.figures(),
            valid_from=first,
            reason=form.cleaned_data["reason"],
            by=user,
            today=today,
            at=now(),
        )
        messages.success(request, _("Proposed. A second person has to approve."))
        return redirect("values_version", made.pk)
    return render(request, "oversight/values_propose.html", {"form": form})


@login_required
@require_GET
def values_version(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Every figure beside the one that it replaces."""
    user, row = reader(request), services.version_row(version_id)
    made = values_from_json(row.body)
    context = {
        "row": row,
        "lines": lines(figure_changes(values_from_json(row.replaces), made)),
        "before": row.replaces["version"],
        "in_force": values_of_day(business_date()).version == row.version,
        "approves": _may_approve(user, row),
        "refuses": row.state == services.State.PROPOSED
        and (user.pk == row.proposed_by_id or _may_approve(user, row)),
    }
    return render(request, "oversight/values_version.html", context)


def _may_approve(user: User, row: ValuesVersion) -> bool:
    above = user.branch is not None and user.branch.level != Level.SUB_BRANCH
    return (
        above
        and row.state == services.State.PROPOSED
        and user.pk != row.proposed_by_id
        and may(user, "approve_values")
    )


@login_required
@require_POST
def values_approve(request: HttpRequest, version_id: UUID) -> HttpResponse:
    row = services.version_row(version_id)
    services.approve_values(row=row, by=reader(request), today=business_date(), at=now())
    messages.success(request, _("Approved. Plans of its first day and later count with it."))
    return redirect("values_version", row.pk)


@login_required
@require_POST
def values_refuse(request: HttpRequest, version_id: UUID) -> HttpResponse:
    row = services.version_row(version_id)
    services.refuse_values(row=row, why=request.POST.get("why", ""), by=reader(request), at=now())
    messages.success(request, _("Refused. What is in force stays so."))
    return redirect("values_version", row.pk)
