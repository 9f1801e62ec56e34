"""The customers: list, search, the customer page and what is done from it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zoufang.core.values import AddressKind, Purpose, SourceCode
from zoufang.server.book import queries as book
from zoufang.server.book import services as book_services
from zoufang.server.book import visit_needs
from zoufang.server.book.models import Party
from zoufang.server.daily import contacting
from zoufang.server.daily.party_verdicts import verdicts_by_role
from zoufang.server.oversight import services as oversight
from zoufang.server.oversight.models import Stop
from zoufang.server.pages import customer_forms as forms
from zoufang.server.pages.customer_charts import arrears_by_day
from zoufang.server.pages.customer_file import customer_file
from zoufang.server.pages.orders import open_orders
from zoufang.server.pages.queries_customers import customers, may_see_arms, named
from zoufang.server.pages.reader import reader
from zoufang.server.pages.recusals import recusals_shown
from zoufang.server.pages.timeline import KINDS, timeline
from zoufang.server.staff.clock import business_date, now
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.permissions import may, require

ACTIONS = (
    "make_plan",
    "reveal_personal_data",
    "record_contact",
    "note_visit_needs",
    "set_stop",
    "lift_stop",
    "record_complaint",
    "propose_plan",
    "offer_appointment",
)


@login_required
def customer_list(request: HttpRequest) -> HttpResponse:
    search = forms.SearchForm(request.POST or None)
    filters = forms.FilterForm(request.GET, reader(request))
    context: dict[str, Any] = {"search": search, "filters": filters, "sees_arms": may_see_arms(reader(request))}
    if request.method == "POST" and search.is_valid():
        context["found"] = named(reader(request), book.find_party(search.cleaned_data["text"], reader(request)))
    else:
        context["page"] = customers(reader(request), filters.wanted(), request.GET.get("page"))
    return render(request, "customers/list.html", context)


@login_required
@require_GET
def customer(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """All that is known; the line of time alone where htmx asks for one of its kinds."""
    party = book.party(party_id, reader(request))
    file = customer_file(party, reader(request), business_date())
    kind = request.GET.get("kind", "")
    context = {"file": file, "party": party, "kind": kind, "kinds": KINDS}
    context |= {"moments": timeline(file, kind), "can": {a: may(reader(request), a, party) for a in ACTIONS}}
    if request.headers.get("HX-Request"):
        return render(request, "customers/timeline.html", context)
    context["appointments"] = settings.ZOUFANG_APPOINTMENTS
    context |= {"visit_needs": visit_needs.visit_needs_of([party.pk]).get(party.pk)}
    context |= recusals_shown(party, reader(request))
    context |= {"sees_arms": may_see_arms(reader(request)), "reveal": forms.RevealForm()}
    if file.open_loans:
        context |= {"role_verdicts": verdicts_by_role(party, file.today), "orders": open_orders(party, file.today)}
    context |= {"arrears": arrears_by_day(file), "visit_form": forms.PurposeForm(None, party)}
    return render(request, "customers/page.html", context)


@login_required
@require_POST
def customer_reveal(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """Shown once, in answer to this request alone; the audit trail keeps who looked and why."""
    party = book.party(party_id, reader(request))
    require(reader(request), "reveal_personal_data", party)
    form = forms.RevealForm(request.POST)
    shown: list[str] = []
    if form.is_valid():
        shown = book_services.reveal(party=party, by=reader(request), at=now(), **form.cleaned_data)
    response = render(request, "customers/revealed.html", {"form": form, "shown": shown, "party": party})
    response.headers["Cache-Control"] = "no-store"
    return response


@login_required
@require_POST
def customer_may_visit(request: HttpRequest, party_id: UUID) -> HttpResponse:
    party = book.party(party_id, reader(request))
    form = forms.PurposeForm(request.POST, party)
    answer = None
    if form.is_valid():
        address = form.addresses[form.cleaned_data["address"]]
        purpose = Purpose(form.cleaned_data["purpose"])
        answer = contacting.ask_for_visit(
            party=party, address=address, purpose=purpose, by=reader(request), at=now()
        )
    return render(request, "customers/answer.html", {"answer": answer, "form": form})


@login_required
def customer_contact(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """Ask the gate, then record; a refusal comes back with its reasons and records nothing."""
    party = _for(request, party_id, "record_contact")
    form = forms.ContactForm(request.POST or None, party)
    said = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        result = contacting.Result(given["result"] == "reached", given["result"], given["note"])
        attempt = contacting.Attempt(party, **form.chosen())
        said, made = contacting.contact(id=new_id(), attempt=attempt, result=result, by=reader(request), at=now())
        if made:
            messages.success(request, _("The contact is recorded."))
            return redirect("customer", party_id)
    return render(request, "customers/contact.html", {"party": party, "form": form, "said": said})


@login_required
def customer_contact_other(request: HttpRequest, party_id: UUID, person_id: UUID, role: str) -> HttpResponse:
    """A call, message or letter to a guarantor or co-borrower: their own rules, numbers and words."""
    party = _for(request, party_id, "record_contact")
    target = contacting.target_to_contact(party, person_id, role)
    form = forms.ContactForm(request.POST or None, target.party)
    refused = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        result = contacting.Result(given["result"] == "reached", given["result"], given["note"])
        attempt = contacting.Attempt(party, target=target, **form.chosen())
        refused, made = contacting.contact(
            id=new_id(), attempt=attempt, result=result, by=reader(request), at=now()
        )
        if made:
            messages.success(request, _("The contact is recorded."))
            return redirect("customer", party_id)
    context = {"party": party, "target": target, "form": form, "said": refused}
    context["ways"] = contacting.ways(
        party, form.phones.values(), form.addresses.values(), at=now(), target=target
    )
    context["script"] = contacting.words_for(party, target, business_date())
    return render(request, "customers/contact_other.html", context)


@login_required
def customer_ask(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """What the gate would say now to each channel and number; nothing is kept."""
    party = _for(request, party_id, "record_contact")
    form = forms.ContactForm(None, party)
    ways = contacting.ways(party, form.phones.values(), form.addresses.values(), at=now())
    return render(request, "customers/ways.html", {"party": party, "ways": ways})


@login_required
def customer_add_phone(request: HttpRequest, party_id: UUID) -> HttpResponse:
    party = _for(request, party_id, "record_contact")
    form = forms.PhoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data | {"source_code": SourceCode(form.cleaned_data["source_code"])}
        book_services.add_phone(party=party, by=reader(request), at=now(), **given)
        messages.success(request, _("The number is added."))
        return redirect("customer", party_id)
    return _form(request, party, form, _("Add a phone number"))


@login_required
def customer_add_address(request: HttpRequest, party_id: UUID) -> HttpResponse:
    party = _for(request, party_id, "record_contact")
    form = forms.AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        given |= {"kind": AddressKind(given["kind"]), "source_code": SourceCode(given["source_code"])}
        book_services.add_address(party=party, by=reader(request), at=now(), **given)
        messages.success(request, _("The address is added."))
        return redirect("customer", party_id)
    return _form(request, party, form, _("Add an address"))


@login_required
def customer_visit_needs(request: HttpRequest, party_id: UUID) -> HttpResponse:
    party = _for(request, party_id, "note_visit_needs")
    before = visit_needs.visit_needs_of([party.pk]).get(party.pk, visit_needs.NOTHING)
    form = forms.VisitNeedsForm(request.POST or None, before)
    if request.method == "POST" and form.is_valid():
        asked = form.asked()
        visit_needs.note_visit_needs(party=party, asked=asked, by=reader(request), on=business_date(), at=now())
        messages.success(request, _("Noted. The next run of the planner sends a crew that brings it."))
        return redirect("customer", party_id)
    return _form(request, party, form, _("What this person asks of who visits them"))


@login_required
def customer_set_stop(request: HttpRequest, party_id: UUID) -> HttpResponse:
    party = _for(request, party_id, "set_stop")
    form = forms.StopForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data | {"kind": Stop.Kind(form.cleaned_data["kind"]), "since": business_date()}
        oversight.set_stop(id=new_id(), party=party, by=reader(request), at=now(), **given)
        messages.success(request, _("The stop is in force: nobody goes until it ends or is lifted."))
        return redirect("customer", party_id)
    return _form(request, party, form, _("Set a stop"))


@login_required
def customer_complain(request: HttpRequest, party_id: UUID) -> HttpResponse:
    party = _for(request, party_id, "record_complaint")
    form = forms.ComplaintForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        oversight.open_complaint(
            id=new_id(), party=party, opened_on=business_date(), by=reader(request), at=now(), **form.cleaned_data
        )
        messages.success(request, _("The complaint is open; visits and calls pause until it is answered."))
        return redirect("customer", party_id)
    return _form(request, party, form, _("Record a complaint"))


def _for(request: HttpRequest, party_id: UUID, action: str) -> Party:
    party = book.party(party_id, reader(request))
    require(reader(request), action, party)
    return party


def _form(request: HttpRequest, party: Party, form: Any, heading: str) -> HttpResponse:
    return render(request, "customers/form.html", {"party": party, "form": form, "heading": heading})
