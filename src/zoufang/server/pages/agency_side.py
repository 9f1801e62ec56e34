"""An agency's own pages: its cases and nothing else, contacts told, data certified as deleted, its statement."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zoufang.core.errors import NotFound
from zoufang.core.values import Channel, Message, gettext_noop
from zoufang.files.agency_sheets import CONTACT_COLUMNS
from zoufang.files.reports_xlsx import ReportColumn, ReportSheet, write_report
from zoufang.server.agencies.models import Batch, Person, Placement
from zoufang.server.agencies.queries import own_cases, person_of
from zoufang.server.agencies.settling import certify_deletion, take_statement
from zoufang.server.book.models import LoanState
from zoufang.server.daily.agency_work import (
    case_of,
    contact_made,
    reveal_to_agency,
    take_contact_sheet,
    ways_of,
)
from zoufang.server.daily.placing import recall_stopped
from zoufang.server.pages.agencies import STATEMENT_HEAD, filled_in
from zoufang.server.pages.agency_forms import DeletionForm, FileForm, OwnContactForm, OwnRevealForm, StatementForm
from zoufang.server.pages.agency_lines import owed_by
from zoufang.server.pages.day_sheets import XLSX, download
from zoufang.server.pages.listing import page_of
from zoufang.server.pages.reader import reader
from zoufang.server.staff.clock import business_date, now
from zoufang.server.staff.permissions import require

PAGE = 50
SHEETS_SHOWN = 10


def own_person(request: HttpRequest) -> Person | None:
    """Who reads, after every case that must come back has come back."""
    require(reader(request), "see_placed_cases")
    person = person_of(reader(request), business_date())
    if person is not None:
        recall_stopped(today=business_date(), at=now(), agency=person.agency)
    return person


def _working(request: HttpRequest) -> Person:
    person = own_person(request)
    if person is None:
        raise NotFound(Message(gettext_noop("Your agency may not work on cases today.")))
    return person


@login_required
@require_GET
def my_cases(request: HttpRequest) -> HttpResponse:
    person, today = own_person(request), business_date()
    rows = own_cases(reader(request), today)
    page = page_of(rows, PAGE, request.GET.get("page"))
    return render(request, "agencies/my_cases.html", {"person": person, "page": page, "today": today})


@login_required
@require_GET
def my_case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    return _case_page(request, _case(request, case_id))


def _case(request: HttpRequest, case_id: UUID) -> Placement:
    require(reader(request), "see_placed_cases")
    return case_of(case_id, reader(request), today=business_date(), at=now())


def _case_page(request: HttpRequest, case: Placement, form: OwnContactForm | None = None) -> HttpResponse:
    """Amounts by product, the ways with the gate's word, and what the agency itself has done."""
    loans = LoanState.objects.filter(loan__in=case.loans.values("loan")).select_related("loan")
    visits = case.batch.purpose == Batch.Purpose.VISITS
    context: dict[str, Any] = {
        "case": case,
        "loans": loans.order_by("loan__source_key"),
        "ways": ways_of(case, at=now()),
        "contacts": case.contacts.select_related("contact", "person").order_by("-contact__at")[:PAGE],
        "reveal": OwnRevealForm(),
        "form": form or OwnContactForm(None, visits),
        "today": business_date(),
    }
    response = render(request, "agencies/my_case.html", context, status=422 if form and form.errors else 200)
    response.headers["Cache-Control"] = "no-store"
    return response


@login_required
@require_POST
def my_case_reveal(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Shown once, in answer to this request alone; the audit trail keeps who looked and why."""
    case, form = _case(request, case_id), OwnRevealForm(request.POST)
    shown: list[str] = []
    if form.is_valid():
        value = reveal_to_agency(case=case, by=reader(request), at=now(), **form.cleaned_data)
        shown = [value] if value else []
    response = render(request, "customers/revealed.html", {"form": form, "shown": shown})
    response.headers["Cache-Control"] = "no-store"
    return response


@login_required
@require_POST
def my_case_contact(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """What was done is kept, also where the rules forbade it; then it is said, and counts in the evaluation."""
    case = _case(request, case_id)
    form = OwnContactForm(request.POST, case.batch.purpose == Batch.Purpose.VISITS)
    if not form.is_valid():
        return _case_page(request, case, form)
    given = form.cleaned_data
    made = contact_made(
        id=given["id"],
        case=case,
        channel=Channel(given["channel"]),
        result=given["result"],
        note=given["note"],
        by=reader(request),
        today=business_date(),
        at=now(),
    )
    if made.against:
        text = _("Kept. The rules forbade this contact: %(rules)s.") % {"rules": ", ".join(made.against)}
        messages.warning(request, text)
    else:
        messages.success(request, _("The contact is recorded."))
    return redirect("my_case", case.pk)


@login_required
def my_contact_sheet(request: HttpRequest) -> HttpResponse:
    """A file of contacts: its good rows land together, the others come back with their reasons."""
    require(reader(request), "record_agency_contact")
    person, form = (
        _working(request),
        FileForm(request.POST if request.method == "POST" else None, request.FILES or None),
    )

    def do() -> HttpResponse:
        paper = form.paper()
        sheet = take_contact_sheet(
            data=paper.data, file_name=paper.name, by=reader(request), today=business_date(), at=now()
        )
        messages.success(request, _("%(n)s contacts were taken in.") % {"n": sheet.landed})
        return redirect("my_contact_sheet")

    if request.method == "POST":
        return filled_in(request, form, do, _("Send contacts as a file"), reverse("my_contact_sheet"))
    sheets = person.agency.sheets.select_related("by").order_by("-at")[:SHEETS_SHOWN]
    return render(request, "agencies/my_sheets.html", {"form": form, "sheets": sheets})


@login_required
@require_GET
def my_contact_template(request: HttpRequest) -> HttpResponse:
    """The columns, and what may stand in them."""
    require(reader(request), "record_agency_contact")
    columns = tuple(ReportColumn(words[0], "text", 22) for words in CONTACT_COLUMNS.values())
    hint = "联系方式：电话、短信、信函、外访；联系结果：接通、无人接听、空号、已发送、已送达、失败、见面、未见到"
    into = BytesIO()
    write_report(into, "催收联系记录", [ReportSheet("联系记录", columns, [], (hint,))])
    return download(into.getvalue(), XLSX, "agency-contacts.xlsx")


@login_required
@require_GET
def my_deletions(request: HttpRequest) -> HttpResponse:
    require(reader(request), "certify_deletion")
    person = _working(request)
    done = person.agency.certificates.select_related("batch").order_by("-at")[:PAGE]
    context = {"owed": owed_by(person.agency, business_date()), "done": done}
    return render(request, "agencies/my_deletions.html", context)


@login_required
def my_deletion_new(request: HttpRequest, placing_id: UUID) -> HttpResponse:
    require(reader(request), "certify_deletion")
    person = _working(request)
    batch = person.agency.batches.filter(pk=placing_id).select_related("branch", "agency__branch").first()
    if batch is None:
        raise NotFound(Message(gettext_noop("No such batch.")))
    form = DeletionForm(
        request.POST if request.method == "POST" else None, request.FILES or None, {"on": business_date()}
    )

    def do() -> HttpResponse:
        given = form.cleaned_data
        certify_deletion(
            id=given["id"],
            batch=batch,
            who=given["who"],
            on=given["on"],
            how=given["how"],
            paper=form.paper(),
            by=reader(request),
            today=business_date(),
            at=now(),
        )
        messages.success(request, _("The certificate is kept with its fingerprint."))
        return redirect("my_deletions")

    return filled_in(request, form, do, _("Certify that the data are deleted"), reverse("my_deletions"))


@login_required
def my_statement_new(request: HttpRequest) -> HttpResponse:
    """The agency's own statement of commission."""
    require(reader(request), "send_statement")
    person = _working(request)
    form = StatementForm(request.POST if request.method == "POST" else None, request.FILES or None)

    def do() -> HttpResponse:
        given = form.cleaned_data
        take_statement(
            agency=person.agency,
            since=given["since"],
            until=given["until"],
            paper=form.paper(),
            by=reader(request),
            at=now(),
        )
        messages.success(request, _("The statement is with the bank."))
        return redirect("start")

    hint = _("A sheet with a row for each payment; reversals are negative.")
    return filled_in(
        request, form, do, _("Send a statement of commission"), reverse("start"), hint, STATEMENT_HEAD
    )
