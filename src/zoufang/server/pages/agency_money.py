"""Commission by our own reckoning, and the agency's statements set beside it."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from io import BytesIO
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zoufang.core.agencies import CommissionLine, Difference, Reconciled
from zoufang.files.reports_xlsx import ReportColumn, ReportSheet, write_report
from zoufang.server.agencies import queries as known
from zoufang.server.agencies.models import Statement
from zoufang.server.agencies.settling import commission_of, reconciled, take_statement
from zoufang.server.pages.agencies import STATEMENT_HEAD, filled_in
from zoufang.server.pages.agency_forms import SpanForm, StatementForm
from zoufang.server.pages.day_sheets import XLSX, download
from zoufang.server.pages.listing import page_of
from zoufang.server.pages.reader import reader
from zoufang.server.pages.words import word
from zoufang.server.staff.clock import business_date, now
from zoufang.server.staff.permissions import may, require

PAGE = 50


@login_required
@require_GET
def agency_commission(request: HttpRequest, agency_id: UUID) -> HttpResponse:
    """Every payment that earned something in a span of days (this month unless asked), and sums by bucket."""
    require(reader(request), "see_commission")
    agency, today = known.agency_of(agency_id, reader(request)), business_date()
    usual = {"since": today.replace(day=1), "until": today}
    form = SpanForm(request.GET if "since" in request.GET else None, initial=usual)
    span = form.cleaned_data if form.is_bound and form.is_valid() else usual
    lines = commission_of(agency, span["since"], span["until"])
    context = {
        "agency": agency,
        "form": form,
        "span": span,
        "page": page_of(lines, PAGE, request.GET.get("page")),
        "filters": f"since={span['since']:%Y-%m-%d}&until={span['until']:%Y-%m-%d}",
        "buckets": _by_bucket(lines),
        "total": sum(line.commission_fen for line in lines),
        "received": sum(line.amount_fen for line in lines),
        "statements": [(one, reconciled(one)) for one in agency.statements.order_by("-since", "-at")],
        "sends": may(reader(request), "send_statement", agency),
    }
    return render(request, "agencies/commission.html", context)


def _by_bucket(lines: tuple[CommissionLine, ...]) -> list[tuple[str, int, int, int]]:
    """Bucket, payments, amount, commission."""
    found: dict[str, list[CommissionLine]] = defaultdict(list)
    for line in lines:
        found[line.bucket].append(line)
    return [
        (bucket, len(held), sum(one.amount_fen for one in held), sum(one.commission_fen for one in held))
        for bucket, held in sorted(found.items())
    ]


@login_required
def agency_statement_new(request: HttpRequest, agency_id: UUID) -> HttpResponse:
    require(reader(request), "send_statement")
    agency = known.agency_of(agency_id, reader(request))
    form = StatementForm(request.POST if request.method == "POST" else None, request.FILES or None)

    def do() -> HttpResponse:
        given = form.cleaned_data
        made, _rejects = take_statement(
            agency=agency,
            since=given["since"],
            until=given["until"],
            paper=form.paper(),
            by=reader(request),
            at=now(),
        )
        messages.success(request, _("The statement is taken in and set beside our own reckoning."))
        return redirect("agency_statement", made.pk)

    back = reverse("agency_commission", args=[agency.pk])
    hint = _("A sheet with a row for each payment; reversals are negative.")
    return filled_in(request, form, do, _("Take in the agency's statement"), back, hint, STATEMENT_HEAD)


@login_required
@require_GET
def agency_statement(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    statement = _statement(request, statement_id)
    said = reconciled(statement)
    context = {"statement": statement, "said": said}
    context["page"] = page_of(said.differences, PAGE, request.GET.get("page"))
    return render(request, "agencies/statement.html", context)


@login_required
@require_GET
def agency_statement_file(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    """Every difference as a sheet, and the sums that it adds up to."""
    statement = _statement(request, statement_id)
    name = f"agency-differences-{statement.agency.code}-{statement.until:%Y%m%d}.xlsx"
    return download(_sheet(statement, reconciled(statement)), XLSX, name)


def _statement(request: HttpRequest, statement_id: UUID) -> Statement:
    require(reader(request), "see_commission")
    found = get_object_or_404(Statement.objects.select_related("agency", "by"), pk=statement_id)
    known.agency_of(found.agency_id, reader(request))
    return found


def _sheet(statement: Statement, said: Reconciled) -> bytes:
    columns = (
        ReportColumn(_("Reason"), "text", 28),
        ReportColumn(_("Row of the statement"), "int", 12),
        ReportColumn(_("Case"), "text", 22),
        ReportColumn(_("Paid on: agency"), "date", 14),
        ReportColumn(_("Paid on: ours"), "date", 14),
        ReportColumn(_("Amount: agency"), "fen", 16),
        ReportColumn(_("Amount: ours"), "fen", 16),
        ReportColumn(_("Commission: agency"), "fen", 16),
        ReportColumn(_("Commission: ours"), "fen", 16),
        ReportColumn(_("Difference"), "fen", 16),
    )
    sums = {"claimed": said.claimed_fen, "ours": said.ours_fen, "difference": said.difference_fen}
    yuan = {name: f"{fen / 100:,.2f}" for name, fen in sums.items()}
    note = _("Agency %(claimed)s yuan, ours %(ours)s yuan, difference %(difference)s yuan.") % yuan
    title = _("Statement of %(agency)s against our reckoning") % {"agency": statement.agency.name}
    into = BytesIO()
    sheet = ReportSheet(_("Differences"), columns, [_row(one) for one in said.differences], (note,))
    write_report(into, title, [sheet])
    return into.getvalue()


def _row(one: Difference) -> tuple[str | int | date | None, ...]:
    theirs, ours = one.claimed, one.ours
    case = theirs.case_no if theirs else ours.case_no if ours else ""
    return (
        str(word(one.reason, "statement_differs")),
        theirs.row if theirs else None,
        case,
        theirs.on if theirs else None,
        ours.on if ours else None,
        theirs.amount_fen if theirs else None,
        ours.amount_fen if ours else None,
        theirs.commission_fen if theirs else None,
        ours.commission_fen if ours else None,
        one.fen,
    )
