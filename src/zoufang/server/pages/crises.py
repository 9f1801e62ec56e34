"""After a sign of self-harm: the button and script at the door, the follow-up, the release by two people."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from zoufang.core.errors import BadInput, Conflict, NotFound
from zoufang.core.values import BANK_ZONE, Channel
from zoufang.server.book import vault
from zoufang.server.book.models import RevealPurpose
from zoufang.server.book.reveals import note_once_a_day
from zoufang.server.daily.self_harm import report_at_door
from zoufang.server.pages.listing import give_choices, page_of
from zoufang.server.pages.reader import reader
from zoufang.server.pages.templatetags.zoufang import said
from zoufang.server.pages.words import word
from zoufang.server.safety import crisis as services
from zoufang.server.safety import registers
from zoufang.server.safety.models import Crisis
from zoufang.server.safety.timer import catch_up
from zoufang.server.staff.clock import business_date, now
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import may
from zoufang.server.visiting.queries import visit_to_make

PAGE = 25
BY = (Channel.VISIT, Channel.CALL)


@login_required
def visit_self_harm(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """The press holds everything and needs nothing but itself; the script stands there before and after."""
    visit = visit_to_make(visit_id, reader(request))
    if request.method == "POST":
        key = _key(request.POST.get("id", ""))
        report_at_door(id=key, visit=visit, by=reader(request), at=now())
        return redirect("visit_self_harm", visit_id)
    held = Crisis.objects.filter(party=visit.party_id, released_at=None).select_related("duty").first()
    context = {"visit": visit, "held": held, "id": new_id(), "duty_phone": settings.ZOUFANG_DUTY_PHONE}
    return render(request, "safety/self_harm.html", context)


def _key(given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError:
        return new_id()


class FollowUpForm(forms.Form):
    who = forms.ChoiceField(
        label=gettext_lazy("Who followed up"),
        widget=forms.Select(attrs={"class": "data"}),
        help_text=gettext_lazy("Only people with every certificate that care asks for."),
    )
    how = forms.ChoiceField(label=gettext_lazy("How"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=gettext_lazy("How the person is, and who cares for them now"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Kept sealed."),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.trained = {str(one.pk): one for one in services.trained_on(business_date())}
        give_choices(self, "who", [(key, str(one)) for key, one in self.trained.items()])
        give_choices(self, "how", [(channel.value, word(channel.value, "channel")) for channel in BY])

    def given(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {"who": self.trained[data["who"]], "how": Channel(data["how"]), "note": data["note"]}


class ReleaseForm(forms.Form):
    why = forms.CharField(
        label=gettext_lazy("Why collection may go on, and what protects the person"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Kept sealed. Nothing changes before a second person has approved."),
    )

    def given(self) -> dict[str, Any]:
        return {"why": self.cleaned_data["why"]}


class Plain(forms.Form):
    def given(self) -> dict[str, Any]:
        return {}


@login_required
@require_GET
def crisis_list(request: HttpRequest) -> HttpResponse:
    catch_up()
    released = request.GET.get("state") == "released"
    page = page_of(registers.crises(reader(request), released=released), PAGE, request.GET.get("page"))
    context = {"page": page, "state": "released" if released else "held", "at": now()}
    return render(request, "safety/crises.html", context)


@login_required
@require_GET
def crisis(request: HttpRequest, crisis_id: UUID) -> HttpResponse:
    return _page(request, registers.crisis(crisis_id, reader(request)))


# What is done, the form that asks for it, what is said afterwards.
STEPS: dict[str, tuple[Any, type[Any], Any]] = {
    "follow-up": (services.follow_up, FollowUpForm, gettext_lazy("The follow-up is on record. The hold stays.")),
    "propose": (services.propose_release, ReleaseForm, gettext_lazy("It waits for a second person.")),
    "approve": (services.approve_release, Plain, gettext_lazy("The hold has ended.")),
    "refuse": (services.refuse_release, Plain, gettext_lazy("The hold stays.")),
}


@login_required
@require_POST
def crisis_step(request: HttpRequest, crisis_id: UUID, step: str) -> HttpResponse:
    row, user = registers.crisis(crisis_id, reader(request)), reader(request)
    if step not in STEPS:
        raise NotFound(registers.NOT_HERE)
    act, form_of, told = STEPS[step]
    form = form_of(request.POST)
    if not form.is_valid():
        return _page(request, row, sent={step: form}, status=422)
    try:
        act(crisis=row, by=user, at=now(), **form.given())
    except (Conflict, BadInput) as error:
        messages.error(request, said(error))
    else:
        messages.success(request, told)
    return redirect("crisis", crisis_id)


def _page(
    request: HttpRequest, row: Crisis, *, sent: dict[str, forms.Form] | None = None, status: int = 200
) -> HttpResponse:
    """The notes are opened for whoever may decide on them."""
    user, sent = reader(request), sent or {}
    context: dict[str, Any] = {"crisis": row, "late": _late(row, now()), "followed": "", "why": ""}
    if may(user, "release_crisis", row):
        if row.sealed_follow_up:
            note_once_a_day(
                party=row.party,
                what="crisis",
                purpose=RevealPurpose.SAFETY,
                by=user,
                at=now(),
                subject=str(row.pk),
                branch=row.branch,
            )
        if row.sealed_follow_up:
            context["followed"] = vault.unseal(row.party.key, row.sealed_follow_up, "crisis_follow_up")
        if row.sealed_release:
            context["why"] = vault.unseal(row.party.key, row.sealed_release, "crisis_release")
        context |= _open_steps(row, user, sent)
    response = render(request, "safety/crisis.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _open_steps(row: Crisis, user: User, sent: dict[str, forms.Form]) -> dict[str, Any]:
    """What the reader may do now; who reported the sign, or proposed the release, waits for others."""
    if row.released_at is not None:
        return {}
    if row.followed_at is None:
        return {"follow_up": sent.get("follow-up", FollowUpForm())}
    if row.reported_by_id == user.pk:
        return {"wait": _("You reported the sign: two other people release the hold.")}
    if row.release_by_id is None:
        return {"propose": sent.get("propose", ReleaseForm())}
    if row.release_by_id == user.pk:
        return {"wait": _("You proposed the release: a second person decides.")}
    return {"decide": True}


def _late(row: Crisis, at: datetime) -> bool:
    return row.followed_at is None and row.duty.due_at.astimezone(BANK_ZONE) <= at
