"""Propose the next study and sign for it: chance draws who is held out, before anything is planned."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zoufang.core.errors import Conflict, NotPermitted
from zoufang.core.values import Message, gettext_noop
from zoufang.server.daily.draws import start_draw
from zoufang.server.daily.policies import working_days
from zoufang.server.jobs.views import answer_to
from zoufang.server.pages.plan_forms import CycleForm
from zoufang.server.pages.reader import reader
from zoufang.server.staff.clock import business_date, now
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.models import Branch, Role, User
from zoufang.server.staff.permissions import may, require
from zoufang.server.studies import proposals, queries
from zoufang.server.studies.models import Measure, Proposal
from zoufang.server.visiting.plan_queries import crews_of

WINDOW_DAYS, HOLD_OUT_PERCENT, MUST_VISIT_PERCENT = 28, 20, 5
VISITS_A_CREW_DAY = 12


@login_required
def study_open(request: HttpRequest) -> HttpResponse:
    """The form begins with what the crews can do in four weeks at twelve visits a day."""
    user, day = reader(request), business_date()
    require(user, "open_study")
    if user.branch is None:
        raise NotPermitted(Message(gettext_noop("You belong to no branch. Ask the administrator.")))
    running = queries.overlapping_study(day, user.branch)
    form = CycleForm(request.POST or None, initial=_usual(user.branch, day))
    if request.method == "POST" and form.is_valid():
        if running is not None:
            text = gettext_noop("Study %(study)s runs until %(day)s. Open the next one after it.")
            raise Conflict(Message(text, {"study": running.name, "day": running.window_end}))
        made = proposals.propose(
            id=new_id(),
            branch=user.branch,
            terms=proposals.Terms(**form.cleaned_data),
            by=user,
            on=day,
            at=now(),
        )
        messages.success(request, _("Proposed. A manager and a compliance officer have to sign."))
        return redirect("study_proposal", made.pk)
    ends = day + timedelta(days=WINDOW_DAYS - 1)
    context = {"form": form, "running": running, "day": day, "ends": ends, "measure": Measure.RECEIVED.label}
    return render(request, "plans/study_open.html", context)


@login_required
@require_GET
def study_proposal(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    user, day = reader(request), business_date()
    found = queries.proposal(proposal_id, user)
    context = {
        "proposal": found,
        "ends": day + timedelta(days=found.window_days - 1),
        "signs": _may_sign(user, found),
        "refuses": found.state in proposals.OPEN
        and (user.pk == found.proposed_by_id or may(user, "sign_study", found)),
        "draws": found.state == Proposal.State.SIGNED and may(user, "sign_study", found),
    }
    return render(request, "evaluation/proposal.html", context)


def _may_sign(user: User, found: Proposal) -> bool:
    """Whether this reader's signature is one that is still missing."""
    if found.state != Proposal.State.PROPOSED or user.pk == found.proposed_by_id:
        return False
    signed = found.manager_by_id if user.role == Role.MANAGER else found.compliance_by_id
    return signed is None and may(user, "sign_study", found)


@login_required
@require_POST
def study_sign(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """The second signature sets the draw going."""
    user = reader(request)
    signed = proposals.sign(proposal=queries.proposal(proposal_id, user), by=user, at=now())
    if signed.state == Proposal.State.SIGNED:
        return answer_to(request, start_draw(proposal=signed, by=user))
    messages.success(request, _("Signed. The other office still has to sign."))
    return redirect("study_proposal", signed.pk)


@login_required
@require_POST
def study_draw(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Once more, where the draw was refused: too few customers, or a study that still ran."""
    user = reader(request)
    return answer_to(request, start_draw(proposal=queries.proposal(proposal_id, user), by=user))


@login_required
@require_POST
def study_refuse(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    user = reader(request)
    found = queries.proposal(proposal_id, user)
    proposals.refuse(proposal=found, why=request.POST.get("why", ""), by=user, at=now())
    messages.success(request, _("Refused. Nothing was drawn."))
    return redirect("study_list")


def _usual(branch: Branch, day: date) -> dict[str, Any]:
    capacity = len(crews_of(branch)) * VISITS_A_CREW_DAY * working_days(day, WINDOW_DAYS)
    return {
        "capacity": max(capacity, 10),
        "window_days": WINDOW_DAYS,
        "hold_out_percent": HOLD_OUT_PERCENT,
        "must_visit_percent": MUST_VISIT_PERCENT,
    }
