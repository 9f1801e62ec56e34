"""Who looked at whose personal data, what for, and what is unusual about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from zoufang.server.book.exports import exports
from zoufang.server.book.models import Loan, Party, Reveal, RevealPurpose
from zoufang.server.book.reveals import busy_days, reason_of, reveals
from zoufang.server.pages.day_input import DayInput
from zoufang.server.pages.listing import give_choices, page_of, showing
from zoufang.server.pages.reader import reader
from zoufang.server.staff.clock import business_date
from zoufang.server.staff.models import Role, User
from zoufang.server.visiting.models import Visit

PAGE = 50
BACK = timedelta(days=30)  # busy days shown; and how near a visit must be for a look to belong to it


class RevealFilter(forms.Form):
    reader = forms.CharField(label=_("Employee number"), required=False, max_length=20)
    customer = forms.CharField(label=_("Customer number"), required=False, max_length=64)
    purpose = forms.ChoiceField(label=_("What for"), required=False)
    day = forms.DateField(label=_("Day"), required=False, widget=DayInput())

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        give_choices(self, "purpose", [("", _("All")), *RevealPurpose.choices])

    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        return dict(self.cleaned_data)


@dataclass(frozen=True, slots=True)
class Line:
    """`alien`: a visitor looked at somebody whom no visit of the crew and no account of theirs has to do with."""

    row: Reveal
    reason: str
    alien: bool
    busy: bool


class ExportFilter(forms.Form):
    asked = forms.CharField(label=_("Number on the file, or its SHA-256"), required=False, max_length=64)
    reader = forms.CharField(label=_("Employee number"), required=False, max_length=20)

    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        return dict(self.cleaned_data)


@login_required
@require_GET
def export_list(request: HttpRequest) -> HttpResponse:
    """Whose copy a file is: by the number that it bears, or by its hash."""
    form = ExportFilter(request.GET)
    page = page_of(exports(reader(request), **form.wanted()), PAGE, request.GET.get("page"))
    return render(request, "oversight/exports.html", {"form": form, "page": page})


@login_required
@require_GET
def reveal_list(request: HttpRequest) -> HttpResponse:
    user, today = reader(request), business_date()
    form = RevealFilter(request.GET)
    page = page_of(reveals(user, **form.wanted()), PAGE, request.GET.get("page"))
    busy = busy_days(user, today - BACK)
    rows = list(page.object_list)
    names = {person.pk: person for person in User.objects.filter(pk__in={one.by_id for one in busy})}
    context = {"form": form, "page": showing(page, _lines(rows, {(one.by_id, one.on) for one in busy}))}
    context["busy"] = [(names[one.by_id], one) for one in busy]
    context["most"] = settings.ZOUFANG_REVEALS_A_DAY
    response = render(request, "oversight/reveals.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def _lines(rows: Iterable[Reveal], busy: set[tuple[int, date]]) -> list[Line]:
    rows = list(rows)
    known = _assigned(rows)
    return [
        Line(row, reason_of(row), _alien(row, known), row.party_id is not None and (row.by_id, row.on) in busy)
        for row in rows
    ]


def _alien(row: Reveal, known: set[tuple[int, UUID]]) -> bool:
    return row.by.role == Role.VISITOR and row.party_id is not None and (row.by_id, row.party_id) not in known


def _assigned(rows: Iterable[Reveal]) -> set[tuple[int, UUID]]:
    """Visitor and person who have to do with each other: a visit near that day, or an account in their care."""
    found: set[tuple[int, UUID]] = set()
    for row in rows:
        if row.by.role == Role.VISITOR and row.party is not None and has_to_do(row.by, row.party, row.on):
            found.add((row.by_id, row.party.pk))
    return found


def has_to_do(officer: User, party: Party, on: date) -> bool:
    """By a visit of the officer's crew within a month of that day, or as the account manager (管户)."""
    met = Q(party=party) | Q(target=party)
    near = Visit.objects.filter(met, crew__members=officer, day__range=(on - BACK, on + BACK))
    held = Loan.objects.filter(Q(debtor=party) | Q(parties__party=party))
    return near.exists() or held.filter(owner_no__in=[officer.employee_no, officer.full_name]).exists()
