"""What is due for deletion, what a hold stops, and the certificates of what was deleted."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from zoufang.core.errors import BadInput, Conflict, NotFound, NotPermitted
from zoufang.core.values import Message, gettext_noop
from zoufang.files.retention import shipped_retention
from zoufang.server.book import queries as book
from zoufang.server.book.models import Deletion, LegalHold, Party
from zoufang.server.daily import retention as services
from zoufang.server.pages.day_input import DayInput
from zoufang.server.pages.listing import page_of
from zoufang.server.pages.reader import reader
from zoufang.server.pages.templatetags.zoufang import said
from zoufang.server.staff.clock import business_date, now
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import may, require

PAGE = 30
STEPS = {"check": services.check, "approve": services.approve}


class HoldForm(forms.Form):
    customer = forms.CharField(label=_("Customer number"), max_length=64)
    ground = forms.ChoiceField(label=_("Ground"), choices=LegalHold.Ground.choices)
    reference = forms.CharField(label=_("Number of the complaint, case or audit"), max_length=60)
    until = forms.DateField(label=_("Until (empty: until it is ended)"), required=False, widget=DayInput())


class KeepForm(forms.Form):
    why = forms.CharField(label=_("Why it is kept"), max_length=200)


@login_required
@require_GET
def retention_list(request: HttpRequest) -> HttpResponse:
    user = reader(request)
    rows = services.deletions(user)
    waiting = rows.filter(state__in=(Deletion.State.DUE, Deletion.State.CHECKED))
    context = {
        "page": page_of(waiting, PAGE, request.GET.get("page")),
        "done": rows.filter(state__in=(Deletion.State.DONE, Deletion.State.KEPT)).order_by("-approved_at")[:PAGE],
        "holds": services.holds(user).filter(ended_at=None)[:PAGE],
        "form": HoldForm() if may(user, "set_hold") else None,
        "policy": shipped_retention(),
        "zh": (get_language() or "zh").startswith("zh"),
        "names": _names(),
    }
    return render(request, "oversight/retention.html", context)


def _names() -> dict[str, str]:
    zh = (get_language() or "zh").startswith("zh")
    return {period.kind: period.zh if zh else period.en for period in shipped_retention().kinds}


@login_required
@require_POST
def hold_new(request: HttpRequest) -> HttpResponse:
    user, form = reader(request), HoldForm(request.POST)
    require(user, "set_hold")
    if not form.is_valid():
        raise BadInput(Message(gettext_noop("Give the customer, the ground and the number of the case.")))
    given = form.cleaned_data
    services.set_hold(
        party=_customer(given["customer"], user),
        ground=LegalHold.Ground(given["ground"]),
        reference=given["reference"],
        since=business_date(),
        until=given["until"],
        by=user,
        at=now(),
    )
    messages.success(request, _("The hold is in force: nothing of this person is deleted."))
    return redirect("retention_list")


def _customer(number: str, user: User) -> Party:
    found = Party.objects.filter(source_key=number.strip()).first()
    if found is None:
        raise NotFound(Message(gettext_noop("No such customer in your branch.")))
    return book.party(found.pk, user)


@login_required
@require_POST
def hold_end(request: HttpRequest, hold_id: UUID) -> HttpResponse:
    services.end_hold(
        hold=get_object_or_404(services.holds(reader(request)), pk=hold_id), by=reader(request), at=now()
    )
    messages.success(request, _("The hold is ended."))
    return redirect("retention_list")


@login_required
@require_GET
def deletion(request: HttpRequest, deletion_id: UUID) -> HttpResponse:
    row = get_object_or_404(services.deletions(reader(request)), pk=deletion_id)
    return _page(request, row)


@login_required
@require_POST
def deletion_step(request: HttpRequest, deletion_id: UUID, step: str) -> HttpResponse:
    """Check, approve or keep; what stands against it comes back as words."""
    user = reader(request)
    row = get_object_or_404(services.deletions(user), pk=deletion_id)
    try:
        if step == "keep":
            services.keep(deletion=row, why=request.POST.get("why", ""), by=user, at=now())
        elif step in STEPS:
            STEPS[step](deletion=row, by=user, at=now())
        else:
            raise NotFound(Message(gettext_noop("There is no such step.")))
    except (BadInput, Conflict) as error:
        messages.error(request, said(error))
    except NotPermitted as error:
        if not may(user, "approve_deletion", row):
            raise
        messages.error(request, said(error))
    return redirect("deletion", deletion_id)


def _page(request: HttpRequest, row: Deletion) -> HttpResponse:
    user = reader(request)
    period = shipped_retention().period(row.kind)
    context: dict[str, Any] = {"deletion": row, "period": period, "name": _names()[row.kind]}
    context["zh"] = (get_language() or "zh").startswith("zh")
    context["digest"] = services.digest_of(row) if row.certificate else ""
    context["checks"] = row.state == Deletion.State.DUE and may(user, "check_deletion", row)
    checked = row.state == Deletion.State.CHECKED
    context["approves"] = checked and may(user, "approve_deletion", row) and row.checked_by_id != user.pk
    context["waits"] = checked and row.checked_by_id == user.pk
    if row.state in services.OPEN and may(user, "check_deletion", row):
        context["keep"] = KeepForm()
    return render(request, "oversight/deletion.html", context)
