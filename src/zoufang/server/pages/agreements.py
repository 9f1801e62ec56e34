"""Repayment plans and promises, and the second person's word."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from zoufang.core.errors import Conflict
from zoufang.server.agreements.models import RepaymentPlan
from zoufang.server.agreements.offers import decide, reflection
from zoufang.server.daily.offering import offer_gate
from zoufang.server.pages import queries_agreements as queries
from zoufang.server.pages.agreement_lines import plan_view
from zoufang.server.pages.listing import give_choices
from zoufang.server.pages.reader import reader
from zoufang.server.pages.templatetags.zoufang import said
from zoufang.server.pages.words import choices
from zoufang.server.staff.clock import business_date, now

ALL = ("", gettext_lazy("All"))
DUES = [ALL, ("soon", gettext_lazy("Due within a week")), ("late", gettext_lazy("Late"))]


class FilterForm(forms.Form):
    """`of`: plans or promises; each has its own states."""

    of = forms.CharField(required=False, widget=forms.HiddenInput)
    status = forms.ChoiceField(label=gettext_lazy("Status"), required=False)
    due = forms.ChoiceField(label=gettext_lazy("Due"), required=False, choices=DUES)

    def __init__(self, data: Any, of: str) -> None:
        super().__init__(data)
        states = choices("promise") if of == "promises" else RepaymentPlan.Status.choices
        give_choices(self, "status", [ALL, *states])

    def wanted(self) -> dict[str, str]:
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in ("status", "due")}


class DecisionForm(forms.Form):
    comment = forms.CharField(
        label=gettext_lazy("Comment (a rejection needs one)"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    word = forms.ChoiceField(choices=[("approve", ""), ("reject", "")], widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("word") == "reject" and not given.get("comment", "").strip():
            self.add_error("comment", _("Say what should change."))
        return given


@login_required
@require_GET
def agreement_list(request: HttpRequest) -> HttpResponse:
    of = "promises" if request.GET.get("of") == "promises" else "plans"
    form = FilterForm(request.GET, of)
    rows = queries.promises if of == "promises" else queries.plans
    page = rows(reader(request), business_date(), page=request.GET.get("page"), **form.wanted())
    return render(request, "agreements/list.html", {"of": of, "form": form, "page": page})


@login_required
@require_GET
def agreement(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    found = queries.plan(plan_id, reader(request))
    context = {"view": plan_view(found, business_date()), "plan": found, "pdf": _pdf(found)}
    return render(request, "agreements/detail.html", context)


def _pdf(plan: RepaymentPlan) -> str:
    try:
        return reverse("agreement_pdf", args=[plan.pk])
    except NoReverseMatch:
        return ""


@login_required
@require_GET
def approval_list(request: HttpRequest) -> HttpResponse:
    context = {
        "waiting": queries.waiting(reader(request), now()),
        "decided": queries.decided(reader(request)),
        "aim": queries.DECIDE_WITHIN.days,
    }
    return render(request, "agreements/approvals.html", context)


@login_required
def approval(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """One screen with what is asked; the service refuses the maker and whoever lacks the authority."""
    found = queries.plan(plan_id, reader(request), "approve_plan")
    form = DecisionForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            return _decided(request, found, form)
        except Conflict as error:
            form.add_error("comment", said(error))
            status = 409
    mine = found.made_by_id == reader(request).pk
    context = {"asked": queries.asked(found, business_date()), "plan": found, "form": form, "mine": mine}
    if found.status == RepaymentPlan.Status.AWAITING_APPROVAL:
        context["wait"] = reflection(found, offer_gate(found.loan, business_date()), now())
    return render(request, "agreements/approval.html", context, status=status)


def _decided(request: HttpRequest, found: RepaymentPlan, form: DecisionForm) -> HttpResponse:
    plan = decide(
        plan=found,
        approved=form.cleaned_data["word"] == "approve",
        comment=form.cleaned_data["comment"],
        gate=offer_gate(found.loan, business_date()),
        by=reader(request),
        at=now(),
    )
    messages.success(request, _("%(plan)s: %(state)s") % {"plan": plan.number, "state": plan.get_status_display()})
    return redirect("approval_list")
