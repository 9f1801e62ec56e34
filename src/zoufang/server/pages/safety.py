"""Safety: SOS and more time from the door, the answer of whoever is told, and the live board."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from zoufang.core.errors import BadInput, Conflict
from zoufang.core.safety import overdue_from
from zoufang.server.pages.reader import reader
from zoufang.server.pages.templatetags.zoufang import said
from zoufang.server.safety import queries, services
from zoufang.server.safety.models import Escalation, Watch
from zoufang.server.safety.timer import catch_up
from zoufang.server.safety.watches import POLICY, value_of
from zoufang.server.staff.clock import now
from zoufang.server.staff.permissions import may, require
from zoufang.server.visiting.queries import visit_to_make

REFRESH_S = 15


@login_required
@require_POST
def visit_sos(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Needs no position and no script; what the device sent of one is taken if it is a place."""
    visit = visit_to_make(visit_id, reader(request))
    place = None
    with suppress(ValueError, BadInput):
        place = services.Place(float(request.POST.get("lat", "")), float(request.POST.get("lon", "")))
    services.call_for_help(visit=visit, by=reader(request), at=now(), place=place)
    messages.warning(request, _("SOS is out: crew mate, supervisor and manager are told. Leave, then ring 110."))
    return redirect("visit_page", visit_id)


@login_required
@require_POST
def visit_longer(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    visit = visit_to_make(visit_id, reader(request))
    try:
        key, minutes = UUID(request.POST.get("id", "")), int(request.POST.get("minutes", ""))
        services.extend(key=key, visit=visit, minutes=minutes, by=reader(request), at=now())
        messages.success(request, _("Noted: the visit takes longer."))
    except (Conflict, BadInput) as error:
        messages.error(request, said(error))
    except ValueError:
        messages.error(request, _("Open the page again and choose the minutes anew."))
    return redirect("visit_page", visit_id)


@login_required
@require_POST
def safety_acknowledge(request: HttpRequest, escalation_id: int) -> HttpResponse:
    escalation = get_object_or_404(queries.concerns(reader(request)), pk=escalation_id)
    services.acknowledge(escalation=escalation, by=reader(request), at=now())
    return redirect("safety_board" if may(reader(request), "see_safety") else "start")


class CloseForm(forms.Form):
    why = forms.CharField(label=gettext_lazy("How you made sure of the crew"), max_length=300)


@login_required
def safety_close(request: HttpRequest, watch_id: int) -> HttpResponse:
    """A page of its own: the board is drawn anew every few seconds, under the hands of whoever writes there."""
    user = reader(request)
    watch = get_object_or_404(queries.watches(user), pk=watch_id)
    require(user, "close_watch", watch.visit)
    form = CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.close(watch=watch, by=user, at=now(), why=form.cleaned_data["why"])
        return redirect("safety_board")
    status = 422 if form.errors else 200
    return render(request, "safety/close.html", {"watch": watch, "form": form}, status=status)


@login_required
@require_GET
def safety_board(request: HttpRequest) -> HttpResponse:
    """Who calls for help, who is late, who else is out, in this order. The page asks again by itself."""
    catch_up()
    at = now()
    rows = [_line(watch, at) for watch in queries.watches(reader(request))]
    rows.sort(key=lambda row: (row["watch"].sos_at is None, not row["late"], row["watch"].started))
    context = {"rows": rows, "refresh_s": REFRESH_S, "may_close": may(reader(request), "close_watch")}
    return render(request, "safety/board.html", context)


def _line(watch: Watch, at: datetime) -> dict[str, Any]:
    value = value_of(watch)
    late = not value.ended and overdue_from(value, POLICY) <= at
    told: list[Escalation] = [row for row in watch.escalations.all() if row.settled_at is None]
    return {
        "watch": watch,
        "late": late,
        "due": overdue_from(value, POLICY),
        "told": told,
    }
