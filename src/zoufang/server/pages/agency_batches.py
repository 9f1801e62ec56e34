"""Batches: choose cases with the gate's word on each, place them, keep them longer, take them back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zoufang.core.errors import BadInput, Conflict
from zoufang.server.agencies import queries as known
from zoufang.server.agencies.batches import Order, keep_longer, take_back
from zoufang.server.agencies.models import Batch, Placement
from zoufang.server.daily.placing import JudgedCase, judged_segment, place_segment
from zoufang.server.pages.agencies import filled_in
from zoufang.server.pages.agency_forms import KeepForm, SegmentForm, TakeBackForm
from zoufang.server.pages.agency_lines import hidden_choices
from zoufang.server.pages.listing import page_of
from zoufang.server.pages.reader import reader
from zoufang.server.pages.templatetags.zoufang import said
from zoufang.server.staff.clock import business_date, now
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.permissions import may, require

PAGE = 50
CHOICES = ("branch", "least", "most", "at_most", "due_back", "purpose", "bucket")


@login_required
def agency_batch_new(request: HttpRequest, agency_id: UUID) -> HttpResponse:
    """By GET the segment and what the gate says of each case; by POST those chosen are placed."""
    user, today = reader(request), business_date()
    require(user, "place_cases")
    agency = known.agency_of(agency_id, user)
    given = request.POST if request.method == "POST" else request.GET
    asked = "due_back" in given
    form = SegmentForm(given if asked else None, user, today)
    context: dict[str, Any] = {"agency": agency, "form": form, "asked": False}
    context["standing"] = known.standing_of(agency, today)
    if asked and form.is_valid():
        if request.method == "POST":
            try:
                return _place(request, form, agency_id)
            except (BadInput, Conflict) as error:
                form.add_error(None, said(error))
        context["standing"] = known.standing_of(agency, today, form.cleaned_data["due_back"])
        context |= _chosen(judged_segment(form.segment(), today), given)
    return render(request, "agencies/batch_new.html", context, status=422 if form.errors else 200)


def _chosen(cases: list[JudgedCase], given: Any) -> dict[str, Any]:
    cleared = [one for one in cases if one.cleared]
    return {
        "asked": True,
        "id": new_id(),
        "cleared": cleared,
        "refused": [one for one in cases if not one.cleared],
        "total_fen": sum(one.arrears_fen for one in cleared),
        "hidden": hidden_choices(given, *CHOICES),
    }


def _place(request: HttpRequest, form: SegmentForm, agency_id: UUID) -> HttpResponse:
    given, user = form.cleaned_data, reader(request)
    try:
        ident, parties = UUID(request.POST.get("id", "")), [UUID(pk) for pk in request.POST.getlist("case")]
    except ValueError:
        raise BadInput(_("The page is out of date. Choose the cases again.")) from None
    order = Order(
        id=ident,
        agency=known.agency_of(agency_id, user),
        branch=given["branch"],
        purpose=Batch.Purpose(given["purpose"]),
        placed_on=business_date(),
        due_back=given["due_back"],
    )
    batch = place_segment(order=order, parties=parties, by=user, at=now())
    n = batch.placements.count()
    messages.success(request, _("%(n)s cases were placed with the agency.") % {"n": n})
    return redirect("agency_batch", batch.pk)


@login_required
@require_GET
def agency_batch(request: HttpRequest, placing_id: UUID) -> HttpResponse:
    batch = known.batch_of(placing_id, reader(request))
    cases = batch.placements.select_related("party").order_by("case_no")
    context = {
        "batch": batch,
        "page": page_of(cases, PAGE, request.GET.get("page")),
        "today": business_date(),
        "can": {action: may(reader(request), action, batch) for action in ("place_cases", "recall_cases")},
    }
    return render(request, "agencies/batch.html", context)


@login_required
def agency_batch_keep(request: HttpRequest, placing_id: UUID) -> HttpResponse:
    """留案 of every open case of the batch."""
    require(reader(request), "place_cases")
    batch, form = known.batch_of(placing_id, reader(request)), KeepForm(request.POST or None)

    def do() -> HttpResponse:
        n = keep_longer(
            placements=batch.placements.filter(ended_at__isnull=True),
            due_back=form.cleaned_data["due_back"],
            reason=form.cleaned_data["reason"],
            by=reader(request),
            on=business_date(),
            at=now(),
        )
        messages.success(request, _("%(n)s cases stay until %(day)s.") % {"n": n, "day": form.data["due_back"]})
        return redirect("agency_batch", batch.pk)

    back = reverse("agency_batch", args=[batch.pk])
    hint = _("For at most 180 days from placing and twice at most, within the contract.")
    return filled_in(request, form, do, _("Keep the open cases longer"), back, hint)


@login_required
def agency_batch_take_back(request: HttpRequest, placing_id: UUID) -> HttpResponse:
    require(reader(request), "recall_cases")
    batch = known.batch_of(placing_id, reader(request))
    rows = list(batch.placements.filter(ended_at__isnull=True))
    return _take_back(request, rows, batch, _("Take the whole batch back"))


@login_required
def agency_case_take_back(request: HttpRequest, case_id: UUID) -> HttpResponse:
    require(reader(request), "recall_cases")
    case = get_object_or_404(Placement, pk=case_id)
    batch = known.batch_of(case.batch_id, reader(request))
    return _take_back(request, [case], batch, _("Take the case back"))


def _take_back(request: HttpRequest, rows: list[Placement], batch: Batch, title: str) -> HttpResponse:
    form = TakeBackForm(request.POST or None)

    def do() -> HttpResponse:
        n = take_back(
            placements=rows,
            reason=form.cleaned_data["reason"],
            by=reader(request),
            on=business_date(),
            at=now(),
            recalled=form.cleaned_data["kind"] == "recalled",
        )
        messages.success(request, _("%(n)s cases are back with the bank.") % {"n": n})
        return redirect("agency_batch", batch.pk)

    return filled_in(request, form, do, title, reverse("agency_batch", args=[batch.pk]))
