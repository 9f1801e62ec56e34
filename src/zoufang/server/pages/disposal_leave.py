"""The register of counsel's leave: whom counsel lets the bank contact, by what, until when."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from zoufang.core.errors import BadInput, Conflict
from zoufang.core.values import Channel, mask_name
from zoufang.server.book import queries as book
from zoufang.server.book.models import Party
from zoufang.server.daily import disposing
from zoufang.server.daily.targets import targets_of
from zoufang.server.disposal import leave as services
from zoufang.server.disposal.leave_models import CounselLeave
from zoufang.server.pages.disposal_forms import LeaveForm, WhyForm
from zoufang.server.pages.listing import page_of
from zoufang.server.pages.reader import reader
from zoufang.server.pages.templatetags.zoufang import said
from zoufang.server.pages.words import word
from zoufang.server.staff.clock import business_date, now
from zoufang.server.staff.permissions import may, require

PAGE = 25


@login_required
@require_GET
def leave_list(request: HttpRequest) -> HttpResponse:
    user = reader(request)
    page = page_of(services.leaves(user), PAGE, request.GET.get("page"))
    context = {"page": page, "today": business_date(), "confirms": may(user, "confirm_leave")}
    return render(request, "disposal/leave.html", context)


@login_required
def leave_new(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """Leave about one debtor's loans; the others who stand in them may be named."""
    user = reader(request)
    debtor = book.party(party_id, user)
    require(user, "enter_leave", debtor)
    form = LeaveForm(request.POST or None, _people(debtor))
    if request.method == "POST" and form.is_valid():
        try:
            services.enter_leave(leave=_leave(form.cleaned_data, debtor), by=user, at=now())
        except BadInput as error:
            form.add_error(None, said(error))
        else:
            messages.success(request, _("Entered. It counts when a second person has confirmed it."))
            return redirect("leave_list")
    context = {"form": form, "party": debtor}
    return render(request, "disposal/leave_new.html", context, status=422 if form.errors else 200)


def _people(debtor: Party) -> list[tuple[str, str]]:
    return [
        (str(one.party.pk), f"{mask_name(one.party.identity['name'])} ({word(one.role, 'role')})")
        for one in targets_of([debtor]).get(debtor.pk, [])
    ]


def _leave(given: dict[str, Any], debtor: Party) -> services.Leave:
    return services.Leave(
        id=given["id"],
        debtor=debtor,
        whom=CounselLeave.Whom(given["whom"]),
        person=Party.objects.get(pk=given["person"]) if given["person"] else None,
        channels=tuple(Channel(code) for code in given["channels"]),
        since=given["since"],
        until=given["until"],
        counsel=given["counsel"],
        reference=given["reference"],
        limits=given["limits"],
    )


@login_required
@require_POST
def leave_confirm(request: HttpRequest, leave_id: UUID) -> HttpResponse:
    user = reader(request)
    try:
        services.confirm_leave(leave=services.leave_to_decide(leave_id, user), by=user, at=now())
        messages.success(request, _("Confirmed: contact may go on as counsel said, under all other rules."))
    except Conflict as error:
        messages.error(request, said(error))
    return redirect("leave_list")


@login_required
def leave_end(request: HttpRequest, leave_id: UUID) -> HttpResponse:
    user = reader(request)
    row = services.leave_to_decide(leave_id, user)
    require(user, "confirm_leave", row)
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        why = form.cleaned_data["why"]
        n = disposing.end_leave(leave=row, why=why, today=business_date(), by=user, at=now())
        visits = ngettext("%(n)s planned visit was withdrawn.", "%(n)s planned visits were withdrawn.", n) % {
            "n": n
        }
        messages.success(request, f"{_('The leave has ended.')} {visits if n else ''}".strip())
        return redirect("leave_list")
    context = {"form": form, "leave": row}
    return render(request, "disposal/leave_end.html", context, status=422 if form.errors else 200)
