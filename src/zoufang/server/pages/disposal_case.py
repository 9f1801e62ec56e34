"""One stage of one loan: its checks, its course, its dates and money, and what may be done to it now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zoufang.core.disposal import Check, DateKind, Outcome, StageKind, expected_fees
from zoufang.core.errors import BadInput, Conflict, NotFound
from zoufang.files.disposal_stages import shipped_stages
from zoufang.server.book import vault
from zoufang.server.book.models import RevealPurpose
from zoufang.server.book.reveals import note_once_a_day
from zoufang.server.daily import disposing
from zoufang.server.disposal import opening, queries, running
from zoufang.server.disposal.models import DisposalStage
from zoufang.server.pages import disposal_forms as asked
from zoufang.server.pages.disposal import loan_of, named
from zoufang.server.pages.reader import reader
from zoufang.server.pages.templatetags.zoufang import said
from zoufang.server.staff.clock import business_date, now
from zoufang.server.staff.models import Branch, User
from zoufang.server.staff.permissions import may, require

Act = Callable[[HttpRequest, DisposalStage, Any], str]


@login_required
def disposal_new(request: HttpRequest, loan_id: UUID, kind: str) -> HttpResponse:
    """The checks as they stand, and the form that proposes the stage."""
    loan, user, today = loan_of(loan_id, request), reader(request), business_date()
    require(user, "propose_stage", loan)
    if kind not in set(StageKind):
        raise NotFound(queries.NOT_HERE)
    rule = shipped_stages().stage(StageKind(kind), today)
    claim = f"{loan.state.arrears_fen / 100:.2f}"
    form = asked.ProposeForm(request.POST or None, rule, _owners(loan.branch), owner=user.pk, claim=claim)
    if request.method == "POST" and form.is_valid():
        try:
            made = disposing.propose_stage(asked=_proposal(form, loan, kind), today=today, by=user, at=now())
        except (BadInput, Conflict) as error:
            form.add_error(None, said(error))
        else:
            messages.success(request, _("Proposed. A second person decides."))
            return redirect("disposal_case", made.pk)
    checked = disposing.entry_of(loan, StageKind(kind), today)
    fees = expected_fees(rule, max(1, loan.state.arrears_fen))
    context = {"form": form, "loan": loan, "rule": rule, "name": named(rule), "checked": checked, "fees": fees}
    context["what"] = rule.what_en if get_language() == "en" else rule.what_zh
    return render(request, "disposal/new.html", context, status=422 if form.errors else 200)


def _proposal(form: asked.ProposeForm, loan: Any, kind: str) -> opening.Proposal:
    given = form.cleaned_data
    return opening.Proposal(
        id=given["id"],
        loan=loan,
        kind=StageKind(kind),
        stated=form.stated(),
        reason=given["reason"],
        owner=User.objects.get(pk=given["owner"]),
        claim_fen=given["claim"],
        effective_on=given["effective_on"],
        body_name=given["body_name"],
    )


def _owners(branch: Branch) -> list[tuple[str, str]]:
    """Who may own a case of this branch."""
    people = User.objects.filter(is_active=True, branch__isnull=False).select_related("branch")
    found = [one for one in people.order_by("employee_no") if may(one, "see_disposal", branch)]
    return [(str(one.pk), f"{one.full_name} {one.employee_no}") for one in found]


@login_required
@require_GET
def disposal_case(request: HttpRequest, stage_id: UUID) -> HttpResponse:
    return _page(request, queries.stage(stage_id, reader(request)))


def _page(
    request: HttpRequest, row: DisposalStage, sent: dict[str, forms.Form] | None = None, status: int = 200
) -> HttpResponse:
    user, today = reader(request), business_date()
    rule = opening.rule_of(row, max(today, row.effective_on))
    note_once_a_day(
        party=row.debtor, what="stage_notes", purpose=RevealPurpose.LEGAL, by=user, at=now(), subject=str(row.pk),
        branch=row.branch,
    )  # fmt: skip
    overridden = {one.check_code: one for one in row.overrides.select_related("by")}
    context = {
        "stage": row,
        "rule": rule,
        "name": named(rule),
        "what": rule.what_en if get_language() == "en" else rule.what_zh,
        "checks": [(one, overridden.get(one.check)) for one in row.checks],
        "reason": vault.unseal(row.debtor.key, row.sealed_reason, "stage_reason"),
        "steps": [(one, _note(row, one.sealed_note)) for one in row.steps.select_related("by")],
        "dates": row.dates.all(),
        "money": row.money.select_related("by"),
        "costs": queries.costs(row),
        "fees": expected_fees(rule, row.claim_fen),
        "today": today,
        "may_override": row.state == "proposed" and may(user, "override_stage_check", row),
        "may_work": row.state == "running" and may(user, "work_stage", row),
        "may_decide": row.state == "proposed"
        and may(user, "approve_stage", row)
        and user.pk not in {row.proposed_by_id, *(one.by_id for one in overridden.values())},
        "may_take_back": row.state == "proposed" and user.pk == row.proposed_by_id,
        "forms": _forms(row, rule) | (sent or {}),
    }
    response = render(request, "disposal/case.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _note(row: DisposalStage, sealed: Any) -> str:
    return str(vault.unseal(row.debtor.key, sealed, "stage_note")) if sealed else ""


def _forms(row: DisposalStage, rule: Any) -> dict[str, forms.Form]:
    return {
        "step": asked.StepForm(),
        "date": asked.DateForm(),
        "money": asked.MoneyForm(),
        "owner": asked.OwnerForm(None, _owners(row.branch)),
        "close": asked.CloseForm(None, rule),
        "refuse": asked.WhyForm(),
    }


def _approve(request: HttpRequest, row: DisposalStage, form: Any) -> str:
    _held, n = disposing.approve_stage(stage=row, today=business_date(), by=reader(request), at=now())
    visits = ngettext("%(n)s planned visit was withdrawn.", "%(n)s planned visits were withdrawn.", n) % {"n": n}
    return f"{_('The stage runs.')} {visits if n else ''}".strip()


def _refuse(request: HttpRequest, row: DisposalStage, form: Any) -> str:
    why = form.cleaned_data["why"]
    opening.refuse(stage=row, why=why, on=business_date(), by=reader(request), at=now())
    return _("The stage is refused.")


def _override(request: HttpRequest, row: DisposalStage, form: Any) -> str:
    code = request.POST.get("check", "")
    if code not in set(Check):
        raise BadInput(_("This check cannot be overridden."))
    disposing.override_stage_check(
        stage=row, check=Check(code), reason=form.cleaned_data["why"], today=business_date(), by=reader(request),
        at=now(),
    )  # fmt: skip
    return _("The check is overridden in your name. Somebody else approves the stage.")


def _step(request: HttpRequest, row: DisposalStage, form: Any) -> str:
    given = form.cleaned_data
    step = running.Step(
        given["id"], form.step_kind(), given["on"], given["note"], given["case_number"], given["body_name"]
    )
    running.take_step(stage=row, step=step, by=reader(request), at=now())
    return _("Recorded.")


def _date(request: HttpRequest, row: DisposalStage, form: Any) -> str:
    given = form.cleaned_data
    running.set_date(
        id=given["id"], stage=row, kind=DateKind(given["kind"]), on=given["on"], today=business_date(),
        minute=form.minute(), place=given["place"], by=reader(request), at=now(),
    )  # fmt: skip
    return _("Recorded.")


def _money(request: HttpRequest, row: DisposalStage, form: Any) -> str:
    given = form.cleaned_data
    running.book_money(
        id=given["id"], stage=row, line=form.line(), on=given["on"], reference=given["reference"],
        by=reader(request), at=now(),
    )  # fmt: skip
    return _("Recorded.")


def _owner(request: HttpRequest, row: DisposalStage, form: Any) -> str:
    owner = User.objects.get(pk=form.cleaned_data["owner"])
    running.hand_over(stage=row, owner=owner, on=business_date(), by=reader(request), at=now())
    return _("Recorded.")


def _close(request: HttpRequest, row: DisposalStage, form: Any) -> str:
    given = form.cleaned_data
    running.close(
        stage=row, outcome=Outcome(given["outcome"]), on=given["on"], note=given["note"], by=reader(request),
        at=now(),
    )  # fmt: skip
    return _("The stage is closed.")


ACTS: dict[str, Act] = {
    "approve": _approve,
    "refuse": _refuse,
    "override": _override,
    "step": _step,
    "date": _date,
    "money": _money,
    "owner": _owner,
    "close": _close,
}

# Refusing is also the proposer's right: the service asks who it is.
NEEDS = {"approve": "approve_stage", "override": "override_stage_check"}
NEEDS |= dict.fromkeys(("step", "date", "money", "owner", "close"), "work_stage")


def _form_for(name: str, request: HttpRequest, row: DisposalStage) -> forms.Form:
    rule = opening.rule_of(row, max(business_date(), row.effective_on))
    made: dict[str, Callable[[Any], forms.Form]] = {
        "approve": lambda data: forms.Form(data),
        "refuse": asked.WhyForm,
        "override": asked.WhyForm,
        "step": asked.StepForm,
        "date": asked.DateForm,
        "money": asked.MoneyForm,
        "owner": lambda data: asked.OwnerForm(data, _owners(row.branch)),
        "close": lambda data: asked.CloseForm(data, rule),
    }
    return made[name](request.POST)


@login_required
@require_POST
def disposal_act(request: HttpRequest, stage_id: UUID, act: str) -> HttpResponse:
    """One of ACTS; what is refused comes back in words."""
    row = queries.stage(stage_id, reader(request))
    if act not in ACTS:
        raise NotFound(queries.NOT_HERE)
    if act in NEEDS:
        require(reader(request), NEEDS[act], row)
    form = _form_for(act, request, row)
    if not form.is_valid():
        return _page(request, row, {act: form}, status=422)
    try:
        messages.success(request, ACTS[act](request, row, form))
    except (BadInput, Conflict) as error:
        messages.error(request, said(error))
    return redirect("disposal_case", stage_id)


@login_required
@require_POST
def disposal_date_done(request: HttpRequest, date_id: UUID) -> HttpResponse:
    user = reader(request)
    found = queries.dates_ahead(user, business_date()).filter(pk=date_id).first()
    if found is None:
        raise NotFound(queries.NOT_HERE)
    running.finish_date(date_row=found, on=business_date(), by=user, at=now())
    return redirect("disposal_case", found.stage_id)
