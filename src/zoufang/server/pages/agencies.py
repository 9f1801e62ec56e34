"""The register of collection agencies: the list, one agency, and what two people decide about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zoufang.core.errors import BadInput, Conflict
from zoufang.core.values import Message, gettext_noop
from zoufang.files.agency_sheets import STATEMENT_COLUMNS
from zoufang.server.agencies import queries as agencies_known
from zoufang.server.agencies import register
from zoufang.server.agencies.batches import take_back
from zoufang.server.agencies.models import Agency, Contract, DeletionCertificate
from zoufang.server.agencies.settling import attribute_complaint, paper_of
from zoufang.server.oversight.models import Complaint
from zoufang.server.pages import agency_forms
from zoufang.server.pages.agency_lines import agency_figures, standings
from zoufang.server.pages.day_sheets import download
from zoufang.server.pages.reader import reader
from zoufang.server.pages.templatetags.zoufang import said
from zoufang.server.staff.clock import business_date, now
from zoufang.server.staff.permissions import may, require

CAN = (
    "propose_agency",
    "approve_agency",
    "suspend_agency",
    "evaluate_agency",
    "place_cases",
    "recall_cases",
    "see_commission",
    "handle_complaint",
)
CONTACTS_SHOWN = 10
STATEMENT_HEAD = "、".join(words[0] for words in STATEMENT_COLUMNS.values())


@login_required
@require_GET
def agency_list(request: HttpRequest) -> HttpResponse:
    context: dict[str, Any] = {"standings": standings(reader(request), business_date())}
    context |= {name: may(reader(request), name) for name in ("propose_agency", "check_agency_contact")}
    return render(request, "agencies/list.html", context)


@login_required
@require_GET
def agency(request: HttpRequest, agency_id: UUID) -> HttpResponse:
    """Contract, people, batches, results, complaints: all that decides whether it may be given cases."""
    found, today = agencies_known.agency_of(agency_id, reader(request)), business_date()
    contracts = found.contracts.select_related("proposed_by", "approved_by").order_by("-since")
    context: dict[str, Any] = {
        "agency": found,
        "standing": agencies_known.standing_of(found, today),
        "figures": agency_figures(found, today),
        "contracts": [(one, agency_forms.rates_of(one)) for one in contracts],
        "evaluations": found.evaluations.select_related("by").order_by("-on", "-at"),
        "licences": found.licences.order_by("-until"),
        "people": found.people.select_related("user").order_by("staff_no"),
        "batches": agencies_known.batches(reader(request)).filter(agency=found),
        "certificates": found.certificates.select_related("batch", "by").order_by("-at"),
        "against": found.contacts.exclude(against=[])
        .select_related("contact", "placement", "person")
        .order_by("-contact__at")[:CONTACTS_SHOWN],
        "complaints": agencies_known.complaints_to_attribute(found),
        "can": {action: may(reader(request), action, found) for action in CAN},
        "me": reader(request),
        "today": today,
    }
    return render(request, "agencies/agency.html", context)


@login_required
def agency_new(request: HttpRequest) -> HttpResponse:
    require(reader(request), "propose_agency")
    form = agency_forms.AgencyForm(request.POST or None, reader(request))

    def do() -> HttpResponse:
        given = form.cleaned_data
        made = register.propose_agency(
            id=given["id"], about=form.about(), branch=given["branch"], by=reader(request), at=now()
        )
        messages.success(request, _("Proposed. A second person decides whether it comes onto the white list."))
        return redirect("agency", made.pk)

    return filled_in(request, form, do, _("Propose an agency"), reverse("agency_list"))


def filled_in(
    request: HttpRequest,
    form: forms.Form,
    do: Callable[[], HttpResponse],
    title: str,
    back: str,
    hint: str = "",
    columns: str = "",
) -> HttpResponse:
    """A form on a page of its own; what the services refuse is said on it."""
    if request.method == "POST" and form.is_valid():
        try:
            return do()
        except (BadInput, Conflict) as error:
            form.add_error(None, said(error))
    context = {"form": form, "title": title, "back": back, "hint": hint, "columns": columns}
    return render(request, "agencies/form.html", context, status=422 if form.errors else 200)


@login_required
def agency_approve(request: HttpRequest, agency_id: UUID) -> HttpResponse:
    found = agency_for(request, agency_id, "approve_agency")
    form = agency_forms.ListedForm(request.POST or None, initial={"listed_on": business_date()})

    def do() -> HttpResponse:
        day = form.cleaned_data["listed_on"]
        register.approve_agency(agency=found, listed_on=day, by=reader(request), at=now())
        return done(request, found, _("The agency stands on the white list."))

    return filled_in(request, form, do, _("Put the agency on the white list"), address_of(found))


@login_required
def agency_suspend(request: HttpRequest, agency_id: UUID) -> HttpResponse:
    found, form = agency_for(request, agency_id, "suspend_agency"), agency_forms.ReasonForm(request.POST or None)

    def do() -> HttpResponse:
        register.suspend_agency(agency=found, why=form.cleaned_data["reason"], by=reader(request), at=now())
        return done(request, found, _("Suspended: its people see no case from now on."))

    hint = _("At once, its people see no case and it is given none. Recall its cases to work on them yourselves.")
    return filled_in(request, form, do, _("Suspend the agency"), address_of(found), hint)


@login_required
@require_POST
def agency_resume(request: HttpRequest, agency_id: UUID) -> HttpResponse:
    found = agency_for(request, agency_id, "approve_agency")
    register.resume_agency(agency=found, by=reader(request), at=now())
    return done(request, found, _("The agency goes on."))


@login_required
def agency_recall(request: HttpRequest, agency_id: UUID) -> HttpResponse:
    """Every case of the agency in one action."""
    found, form = agency_for(request, agency_id, "recall_cases"), agency_forms.ReasonForm(request.POST or None)

    def do() -> HttpResponse:
        n = take_back(
            placements=found.placements.filter(ended_at__isnull=True),
            reason=form.cleaned_data["reason"],
            by=reader(request),
            on=business_date(),
            at=now(),
            recalled=True,
        )
        return done(request, found, _("%(n)s cases were recalled.") % {"n": n})

    hint = _("Every case leaves the agency's sight at once; then it certifies that the data are deleted.")
    return filled_in(request, form, do, _("Recall every case"), address_of(found), hint)


@login_required
def agency_contract_new(request: HttpRequest, agency_id: UUID) -> HttpResponse:
    found, form = agency_for(request, agency_id, "propose_agency"), agency_forms.ContractForm(request.POST or None)

    def do() -> HttpResponse:
        ident, terms = form.cleaned_data["id"], form.terms()
        register.propose_contract(id=ident, agency=found, terms=terms, by=reader(request), at=now())
        return done(request, found, _("Entered. The contract counts once a second person has approved it."))

    hint = _("Commission of a payment is amount times rate, half a fen up; a reversal takes back what it earned.")
    return filled_in(request, form, do, _("Enter a contract"), address_of(found), hint)


@login_required
@require_POST
def agency_contract_approve(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    contract = get_object_or_404(Contract.objects.select_related("agency"), pk=contract_id)
    found = agency_for(request, contract.agency_id, "approve_agency")
    register.approve_contract(contract=contract, by=reader(request), at=now())
    return done(request, found, _("The contract is approved."))


@login_required
def agency_evaluate(request: HttpRequest, agency_id: UUID) -> HttpResponse:
    found, form = (
        agency_for(request, agency_id, "evaluate_agency"),
        agency_forms.EvaluationForm(request.POST or None),
    )

    def do() -> HttpResponse:
        given = form.cleaned_data
        made = register.evaluate(
            id=given["id"],
            agency=found,
            scores=form.scores(),
            on=business_date(),
            by=reader(request),
            at=now(),
            note=given["note"],
        )
        text = _("Passed with %(score)s points.") if made.passed else _("Not passed, with %(score)s points.")
        return done(request, found, text % {"score": made.score})

    upheld = register.upheld_complaints(found)
    hint = _(
        "Conduct counts for 50, security 30, results 20 percent; each upheld complaint takes 5 points off (now"
        " %(n)s). It passes with 70 points and no part below 60."
    ) % {"n": upheld}
    return filled_in(request, form, do, _("Evaluate the agency"), address_of(found), hint)


@login_required
@require_POST
def agency_complaint(request: HttpRequest, agency_id: UUID, complaint_id: UUID) -> HttpResponse:
    """Whether a complaint of a customer who was with the agency is about it."""
    found = agency_for(request, agency_id, "handle_complaint")
    waiting = {row.pk: (row, one) for row, one in agencies_known.complaints_to_attribute(found)}
    if complaint_id not in waiting:
        raise Conflict(Message(gettext_noop("Somebody has decided this already.")))
    complaint: Complaint
    complaint, placement = waiting[complaint_id]
    about = request.POST.get("about") == "yes"
    attribute_complaint(complaint=complaint, placement=placement, about_agency=about, by=reader(request), at=now())
    return done(request, found, _("Kept: it counts in the evaluation.") if about else _("Kept: not about it."))


@login_required
@require_GET
def agency_certificate_file(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    """The paper as the agency handed it in."""
    row = get_object_or_404(DeletionCertificate, pk=certificate_id)
    agencies_known.agency_of(row.agency_id, reader(request))
    ending = row.file_name.rpartition(".")[2].lower()
    safe = ending if ending in ("pdf", "png", "jpg", "jpeg") else "bin"
    return download(paper_of(row), "application/octet-stream", f"deletion-{row.on:%Y%m%d}.{safe}")


def agency_for(request: HttpRequest, agency_id: UUID, action: str) -> Agency:
    """NotFound outside the reader's branches, NotPermitted where the role does not cover it."""
    require(reader(request), action)
    found = agencies_known.agency_of(agency_id, reader(request))
    require(reader(request), action, found)
    return found


def address_of(found: Agency) -> str:
    return reverse("agency", args=[found.pk])


def done(request: HttpRequest, found: Agency, text: str) -> HttpResponse:
    messages.success(request, text)
    return redirect("agency", found.pk)
