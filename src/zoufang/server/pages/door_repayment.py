"""Repayment at the door: what the household can bear, what may be offered, and what was agreed."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from zoufang.core.errors import BadInput, Conflict
from zoufang.core.values import Message, gettext_noop
from zoufang.files.agreement_pdf import Language
from zoufang.files.agreement_pdf import agreement_pdf as printed
from zoufang.server.agreements import offers as agreements
from zoufang.server.agreements.documents import agreement_to_print
from zoufang.server.agreements.means import take_statement
from zoufang.server.agreements.models import Proposal
from zoufang.server.book import exports
from zoufang.server.daily.brief import may_agree
from zoufang.server.daily.field import promised_loan
from zoufang.server.daily.offering import offer_gate
from zoufang.server.pages import queries_agreements
from zoufang.server.pages.means_form import MeansForm
from zoufang.server.pages.reader import reader
from zoufang.server.pages.templatetags.zoufang import said
from zoufang.server.staff.clock import business_date, now
from zoufang.server.staff.ids import new_id
from zoufang.server.visiting.events import record_of
from zoufang.server.visiting.models import Visit
from zoufang.server.visiting.queries import visit_to_make


@login_required
def visit_means(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    visit = _unlocked(request, visit_id)
    form = MeansForm(visit, request.POST or None, willingness=visit.willingness or "not_assessed")
    if request.method == "POST" and form.is_valid():
        proposal = _propose(request, visit, form)
        return redirect("visit_offers", visit_id, proposal.pk)
    status = 422 if form.errors else 200
    return render(request, "visits/means.html", {"visit": visit, "form": form}, status=status)


def _propose(request: HttpRequest, visit: Visit, form: MeansForm) -> Proposal:
    loan = promised_loan(visit)
    if loan is None:
        raise Conflict(Message(gettext_noop("Nothing is overdue any more, so there is no plan to make.")))
    statement = take_statement(
        id=form.cleaned_data["statement_id"],
        party=visit.party,
        means=form.means(),
        visit=visit,
        by=reader(request),
        on=business_date(),
    )
    proposal, _said = agreements.put_offers(
        id=form.cleaned_data["proposal_id"],
        loan=loan,
        statement=statement,
        gate=offer_gate(loan, business_date()),
        by=reader(request),
        today=business_date(),
    )
    return proposal


@login_required
@require_GET
def visit_offers(request: HttpRequest, visit_id: UUID, proposal_id: UUID) -> HttpResponse:
    return _offers(request, _unlocked(request, visit_id), proposal_id)


@login_required
@require_POST
def visit_accept(request: HttpRequest, visit_id: UUID, proposal_id: UUID) -> HttpResponse:
    """The customer's choice becomes a plan; the id of the form makes a second sending the same plan."""
    visit = _unlocked(request, visit_id)
    proposal = agreements.proposal_of(visit, proposal_id)
    try:
        plan_id, choice = UUID(request.POST.get("plan_id", "")), int(request.POST.get("choice", ""))
    except ValueError:
        return _offers(request, visit, proposal_id, said(Message(gettext_noop("Choose one of the offers."))))
    try:
        plan = agreements.accept_offer(
            id=plan_id,
            proposal=proposal,
            choice=choice,
            visit=visit,
            gate=offer_gate(proposal.loan, business_date()),
            by=reader(request),
            at=now(),
        )
    except (Conflict, BadInput) as error:
        return _offers(request, visit, proposal_id, said(error))
    return redirect("agreement", plan.pk)


def _offers(request: HttpRequest, visit: Visit, proposal_id: UUID, wrong: str = "") -> HttpResponse:
    proposal = agreements.proposal_of(visit, proposal_id)
    context = {
        "visit": visit,
        "proposal": proposal,
        "said": agreements.proposed_again(proposal),
        "assumed_rate_bp": agreements.ASSUMED_RATE_BP if proposal.loan.annual_rate_bp is None else None,
        "plan_id": new_id(),
        "wrong": wrong,
    }
    return render(request, "visits/offers.html", context, status=409 if wrong else 200)


@login_required
@require_GET
def agreement_pdf(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """In Chinese, or in English with `?language=en`."""
    language: Language = "en" if request.GET.get("language") == "en" else "zh"
    plan = queries_agreements.plan(plan_id, reader(request))
    agreement = agreement_to_print(plan=plan, by=reader(request), at=now(), language=language)
    content = printed(agreement, language)
    mark = exports.stamp(reader(request), now())
    exports.keep_export(mark=mark, kind="agreement", content=content, subject=plan.number, branch=plan.branch)
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{plan.number}-{language}.pdf"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _unlocked(request: HttpRequest, visit_id: UUID) -> Visit:
    visit = visit_to_make(visit_id, reader(request))
    if not may_agree(visit):
        raise Conflict(
            Message(gettext_noop("A plan is agreed with the borrower or a co-borrower, not with others."))
        )
    if not record_of(visit).amount_unlocked:
        text = gettext_noop("Identify the debtor first. Until then the debt is not spoken of.")
        raise Conflict(Message(text))
    return visit
