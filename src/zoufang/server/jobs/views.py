"""Pages of the work in the background: what I asked for, and one piece of it while it runs."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from zoufang.core.errors import BadInput, Conflict, NotFound, NotPermitted, ZoufangError
from zoufang.core.values import Message
from zoufang.server.jobs import queries, services
from zoufang.server.jobs.kinds import kind_of
from zoufang.server.jobs.models import Job
from zoufang.server.staff.models import User

JOBS_A_PAGE = 20
ERRORS: dict[str, type[ZoufangError]] = {error.code: error for error in (NotPermitted, NotFound, Conflict)}
LEVELS = {"info": messages.INFO, "success": messages.SUCCESS, "error": messages.ERROR}


def answer_to(request: HttpRequest, job: Job) -> HttpResponse:
    """After asking: the page of the work; its result or its refusal where it is over by then."""
    if job.state == Job.State.REFUSED:
        raise ERRORS.get(job.error_code, BadInput)(Message.from_json(job.error[0]))
    return redirect(_end_of(request, job) or reverse("job", args=[job.pk]))


def _end_of(request: HttpRequest, job: Job) -> str:
    """Where the finished work leads, with a word about it; "" while there is no result."""
    if not job.result_page:
        return ""
    if job.note:
        messages.add_message(request, LEVELS[job.note_level], Message.from_json(job.note).text(gettext))
    return result_url(job)


def result_url(job: Job) -> str:
    """The page of what the work left; "" while there is none."""
    if not job.result_page:
        return ""
    return reverse(job.result_page, args=[job.result_id] if job.result_id else [])


@login_required
@require_GET
def job_list(request: HttpRequest) -> HttpResponse:
    page = Paginator(queries.my_jobs(_user(request)), JOBS_A_PAGE).get_page(request.GET.get("page"))
    rows = [(one, kind_of(one.kind), result_url(one)) for one in page]
    return render(request, "jobs/list.html", {"page": page, "rows": rows})


@login_required
@require_GET
def job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Polled by the page itself; without scripts it is loaded again. Once there is a result, it leads there."""
    found = queries.job_of(job_id, _user(request))
    part = bool(request.headers.get("HX-Request"))
    if address := _end_of(request, found):
        return HttpResponse(headers={"HX-Redirect": address}) if part else redirect(address)
    if part and found.over:  # refused or failed: the buttons around the bar change too
        return HttpResponse(headers={"HX-Refresh": "true"})
    context = {"job": found, "kind": kind_of(found.kind), "before": queries.waits_before(found)}
    context["unattended"] = queries.is_unattended(found)
    return render(request, "jobs/progress.html" if part else "jobs/job.html", context)


@login_required
@require_POST
def job_stop(request: HttpRequest, job_id: UUID) -> HttpResponse:
    found = queries.job_of(job_id, _user(request))
    services.request_stop(job=found, by=_user(request))
    return redirect("job", found.pk)


def _user(request: HttpRequest) -> User:
    """Behind login_required there is one."""
    return cast(User, request.user)
