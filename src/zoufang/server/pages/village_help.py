"""The screen with which a visitor asks a village committee for a door: no debt, no purpose, no menu on it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zoufang.core.disposal import village_limits, village_words
from zoufang.core.errors import BadInput
from zoufang.server.disposal.village import Helped, record_help
from zoufang.server.disposal.village_models import VillageHelp
from zoufang.server.pages.reader import reader
from zoufang.server.pages.templatetags.zoufang import said
from zoufang.server.staff.clock import now
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.permissions import require
from zoufang.server.visiting.queries import visit_to_make


class HelpForm(forms.Form):
    id = forms.UUIDField(widget=forms.HiddenInput)
    helper = forms.ChoiceField(label=gettext_lazy("Who was asked"), choices=VillageHelp.Helper.choices)
    village = forms.CharField(label=gettext_lazy("Village or neighbourhood"), max_length=40)
    result = forms.ChoiceField(label=gettext_lazy("What came of it"), choices=VillageHelp.Result.choices)
    name = forms.CharField(label=gettext_lazy("Name of whoever helped"), max_length=40, required=False)
    way = forms.CharField(
        label=gettext_lazy("The way to the door"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: Any = None, village: str = "") -> None:
        super().__init__(data, initial={"id": new_id(), "village": village})
        self.fields["village"].widget.attrs["class"] = "data"

    def helped(self) -> Helped:
        given = self.cleaned_data
        return Helped(
            given["id"],
            VillageHelp.Helper(given["helper"]),
            given["village"],
            VillageHelp.Result(given["result"]),
            given["name"],
            given["way"],
        )


@login_required
def village_ask(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    visit, user = visit_to_make(visit_id, reader(request)), reader(request)
    require(user, "ask_village", visit)
    place = visit.address.village or visit.address.township
    form = HelpForm(request.POST or None, place)
    if request.method == "POST" and form.is_valid():
        try:
            record_help(helped=form.helped(), visit=visit, by=user, at=now())
        except BadInput as error:
            form.add_error(None, said(error))
        else:
            messages.success(request, _("Recorded."))
            return redirect("visit_page", visit_id)
    context = {"visit": visit, "form": form, "words": village_words(), "limits": village_limits()}
    response = render(request, "disposal/village.html", context, status=422 if form.errors else 200)
    response.headers["Cache-Control"] = "no-store"
    return response
