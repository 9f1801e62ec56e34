"""Officers who may not call on a customer: said on the customer's page, by planners or by the officer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zoufang.core.errors import NotPermitted
from zoufang.server.book.models import Party
from zoufang.server.book.queries import party as party_for
from zoufang.server.pages.queries_staff import visitors
from zoufang.server.pages.reader import reader
from zoufang.server.staff.clock import business_date, now
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import may, require
from zoufang.server.visiting import recusals
from zoufang.server.visiting.models import Recusal


class RecuseForm(forms.Form):
    ground = forms.ChoiceField(label=gettext_lazy("Ground"), choices=Recusal.Ground.choices)
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Kept sealed. Only what planning needs to know."),
    )

    def __init__(self, data: Any, user: User) -> None:
        super().__init__(data)
        self.fields["officer"] = forms.ModelChoiceField(
            visitors(user),
            label=_("Officer"),
            empty_label=None,
            widget=forms.Select(attrs={"class": "data"}),
        )
        self.order_fields(["officer", "ground", "note"])


class EndForm(forms.Form):
    why = forms.CharField(label=gettext_lazy("Why the ground no longer stands"), max_length=200)


def recusals_shown(party: Party, user: User) -> dict[str, Any]:
    """What the customer's page shows: who may not go, and what the reader may do about it."""
    rows = Recusal.objects.filter(party=party, ended_at=None).select_related("officer").order_by("since", "pk")
    return {
        "recusals": rows,
        "may_recuse": recusals.may_recuse(user, party),
        "may_end_recusal": may(user, "recuse_officer", party),
    }


@login_required
def recuse(request: HttpRequest, party_id: UUID) -> HttpResponse:
    user = reader(request)
    party = party_for(party_id, user)
    if not recusals.may_recuse(user, party):
        raise NotPermitted(f"{user} may not recuse officers here. Ask a planner.")
    form = RecuseForm(request.POST or None, user)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data | {"ground": Recusal.Ground(form.cleaned_data["ground"])}
        recusals.recuse(id=new_id(), party=party, since=business_date(), by=user, at=now(), **given)
        messages.success(request, _("Noted. This officer is no longer planned for this customer."))
        return redirect("customer", party_id)
    return _page(request, party, form, _("An officer may not go there"))


@login_required
def end_recusal(request: HttpRequest, recusal_id: UUID) -> HttpResponse:
    user = reader(request)
    row = get_object_or_404(Recusal.objects.select_related("party", "officer", "branch"), pk=recusal_id)
    require(user, "recuse_officer", row)
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        recusals.end_recusal(recusal=row, why=form.cleaned_data["why"], by=user, at=now())
        messages.success(request, _("The officer may be planned for this customer again."))
        return redirect("customer", row.party_id)
    return _page(request, row.party, form, _("The officer may go there again"))


def _page(request: HttpRequest, party: Party, form: forms.Form, heading: str) -> HttpResponse:
    return render(request, "customers/form.html", {"party": party, "form": form, "heading": heading})
