"""A planner orders a visit to one party of a customer's debt, from the customer file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zoufang.core.errors import BadInput, Conflict
from zoufang.core.values import PartyRole, Purpose, mask_name
from zoufang.server.book import queries as book
from zoufang.server.book.models import Party
from zoufang.server.daily.policies import next_working_day
from zoufang.server.daily.targets import Target, debtor_as_target, targets_of
from zoufang.server.pages.day_input import DayInput
from zoufang.server.pages.listing import give_choices
from zoufang.server.pages.plan_forms import PLANNED_AHEAD
from zoufang.server.pages.reader import reader
from zoufang.server.pages.templatetags.zoufang import said
from zoufang.server.pages.words import choices, word
from zoufang.server.staff.clock import business_date, now
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require
from zoufang.server.visiting import plan_queries
from zoufang.server.visiting.models import PlannerOrder
from zoufang.server.visiting.orders import order_visit, reason_of

PURPOSES = ("first_talk", "promise_follow_up", "serve_demand", "guarantor_demand", "address_check", "care_visit")


@dataclass(frozen=True, slots=True)
class OrderLine:
    """An order with its reason opened."""

    day: date
    target_role: str
    purpose: str
    by: User
    why: str


def open_orders(party: Party, today: date) -> list[OrderLine]:
    """Visits ordered from today on."""
    rows = PlannerOrder.objects.filter(party=party, day__gte=today).exclude(purpose="").select_related("by")
    found = []
    for row in rows.order_by("day"):
        row.party = party
        found.append(OrderLine(row.day, row.target_role, row.purpose, row.by, reason_of(row)))
    return found


class OrderVisitForm(forms.Form):
    """Whom, what for, when and why; the crew only where it matters who goes."""

    whom = forms.ChoiceField(label=gettext_lazy("Whom to visit"), widget=forms.Select(attrs={"class": "data"}))
    purpose = forms.ChoiceField(label=gettext_lazy("Purpose"))
    day = forms.DateField(label=gettext_lazy("Day"), widget=DayInput())
    crew = forms.ChoiceField(
        label=gettext_lazy("Crew (empty: whoever fits)"),
        required=False,
        widget=forms.Select(attrs={"class": "data"}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why this visit is needed"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )

    def __init__(self, data: Any, party: Party, user: User, today: date) -> None:
        super().__init__(data, initial={"day": next_working_day(today)})
        self.today = today
        self.targets = {f"{t.party.pk}:{t.role}": t for t in _targets(party)}
        self.crews = {crew.code: crew for crew in (plan_queries.crews_of(user.branch) if user.branch else ())}
        give_choices(self, "whom", [(key, _named(target)) for key, target in self.targets.items()])
        give_choices(self, "purpose", choices("purpose", *PURPOSES))
        give_choices(self, "crew", [("", "–"), *((code, crew.name) for code, crew in self.crews.items())])

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if not self.today <= day <= self.today + PLANNED_AHEAD:
            raise forms.ValidationError(_("Choose a day from today on, at most two weeks ahead."))
        return day

    def clean(self) -> dict[str, Any]:
        """A guarantor is asked for the guarantee, and nobody else is."""
        given: dict[str, Any] = super().clean() or {}
        target = self.targets.get(given.get("whom", ""))
        asks = given.get("purpose") == Purpose.GUARANTOR_DEMAND
        if target and asks != (target.role is PartyRole.GUARANTOR):
            self.add_error("purpose", _("A guarantor is visited for a demand on the guarantor; nobody else is."))
        return given


def _targets(party: Party) -> list[Target]:
    """Third parties are no targets: a contact person is never in the list."""
    others = targets_of([party]).get(party.id, [])
    return [debtor_as_target(party), *(t for t in others if t.role is not PartyRole.CONTACT)]


def _named(target: Target) -> str:
    return f"{mask_name(str(target.party.identity.get('name') or ''))} · {word(target.role, 'role')}"


@login_required
def customer_order_visit(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """The gate has the last word when the plan is made, on the day and at the door."""
    party = book.party(party_id, reader(request))
    require(reader(request), "make_plan", party)
    form = OrderVisitForm(request.POST or None, party, reader(request), business_date())
    if request.method == "POST" and form.is_valid() and _ordered(form, party, reader(request)):
        messages.success(
            request, _("Noted. The next run of the planner takes the visit in, if the rules allow it.")
        )
        return redirect("customer", party_id)
    return render(request, "customers/form.html", {"party": party, "form": form, "heading": _("Order a visit")})


def _ordered(form: OrderVisitForm, party: Party, by: User) -> bool:
    given = form.cleaned_data
    target = form.targets[given["whom"]]
    try:
        order_visit(
            day=given["day"],
            party=party,
            target=target.party,
            role=target.role,
            purpose=Purpose(given["purpose"]),
            reason=given["reason"],
            crew=form.crews.get(given["crew"]),
            by=by,
            at=now(),
        )
    except (Conflict, BadInput) as error:
        form.add_error(None, said(error))
        return False
    return True
