"""Papers on the record of a visit, and those that wait for a seal or a receipt."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from zoufang.core.errors import BadInput, NotPermitted
from zoufang.core.values import Message, gettext_noop
from zoufang.core.visits import PaperKind, PaperStep, Signer, may_come
from zoufang.server.book.models import Loan
from zoufang.server.pages.day_input import DayInput
from zoufang.server.pages.reader import reader
from zoufang.server.papers import queries
from zoufang.server.papers.contents import ABOUT_A_LOAN
from zoufang.server.papers.models import KINDS, SIGNERS, STEPS, Paper
from zoufang.server.papers.printing import print_paper, printed_paper
from zoufang.server.papers.services import WHO_MAY, Step, keep_scan, make_paper, take_step
from zoufang.server.staff.clock import business_date, now
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import may, require, scope
from zoufang.server.visiting.models import Visit
from zoufang.server.visiting.queries import visit_to_read


class StepForm(forms.Form):
    id = forms.UUIDField(widget=forms.HiddenInput)
    step = forms.ChoiceField(label=_("What happened"))
    on = forms.DateField(label=_("Day"), widget=DayInput())
    signer = forms.ChoiceField(label=_("Who signed"), required=False)
    identity = forms.CharField(label=_("Identity and relation of who signed"), required=False, max_length=200)
    proof = forms.CharField(label=_("Number of the postal receipt"), required=False, max_length=60)
    scan = forms.FileField(label=_("Scan of the signed paper"), required=False)

    def __init__(self, paper: Paper, by: User, data: Any = None, files: Any = None) -> None:
        first = {"id": new_id(), "on": business_date()}
        super().__init__(data, files, initial=first, auto_id=f"{paper.pk}-%s")
        steps = [s for s in may_come(paper.course) if may(by, WHO_MAY.get(s, "make_paper"), paper)]
        self.fields["step"].choices = [(s.value, STEPS[s]) for s in steps]  # type: ignore[attr-defined]
        self.fields["signer"].choices = [("", "-"), *((s.value, SIGNERS[s]) for s in Signer)]  # type: ignore[attr-defined]


def papers_section(visit: Visit, by: User) -> dict[str, Any]:
    """What the record of a visit shows of its papers; nothing to whoever may not see them."""
    if not may(by, "see_paper", visit):
        return {}
    rows = [{"paper": paper, "form": StepForm(paper, by)} for paper in queries.papers_of(visit.pk, by)]
    making = may(by, "make_paper", visit)
    return {
        "papers": rows,
        "paper_kinds": [(k.value, label) for k, label in KINDS.items()] if making else [],
        "paper_loans": list(visit.party.loans.filter(state__open=True)) if making else [],
        "paper_id": new_id(),
    }


@login_required
@require_POST
def paper_make(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    visit = visit_to_read(visit_id, reader(request))
    require(reader(request), "make_paper", visit)
    form = _MakeForm(visit, request.POST)
    if not form.is_valid():
        raise BadInput(Message(gettext_noop("Choose the kind of paper, and the loan that it is about.")))
    given = form.cleaned_data
    kind = PaperKind(given["kind"])
    loan = given["loan"] if kind in ABOUT_A_LOAN else None
    about = given["about"] if kind is PaperKind.SERVICE_RECEIPT else None
    make_paper(id=given["id"], kind=kind, visit=visit, by=reader(request), at=now(), loan=loan, about=about)
    return redirect("visit_detail", visit_id)


class _MakeForm(forms.Form):
    id = forms.UUIDField()
    kind = forms.ChoiceField(choices=[(k.value, k.value) for k in PaperKind])
    loan = forms.ModelChoiceField(Loan.objects.none(), required=False)
    about = forms.ModelChoiceField(Paper.objects.none(), required=False)

    def __init__(self, visit: Visit, data: Any) -> None:
        super().__init__(data)
        self.fields["loan"].queryset = visit.party.loans.all()  # type: ignore[attr-defined]
        self.fields["about"].queryset = visit.papers.all()  # type: ignore[attr-defined]


@login_required
@require_POST
def paper_step(request: HttpRequest, paper_id: UUID) -> HttpResponse:
    by = reader(request)
    paper = _paper(paper_id, by)
    if not any(may(by, action, paper) for action in {"make_paper", *WHO_MAY.values()}):
        raise NotPermitted(Message(gettext_noop("Papers move on by those who make, seal or void them.")))
    form = StepForm(paper, by, request.POST, request.FILES)
    if not form.is_valid():
        raise BadInput(Message(gettext_noop("Choose a step that may come next, and its day.")))
    given = form.cleaned_data
    step = PaperStep(given["step"])
    if step is PaperStep.PRINTED:
        language = "zh" if (get_language() or "zh").startswith("zh") else "en"
        print_paper(paper=paper, id=given["id"], language=language, by=by, at=now())  # type: ignore[arg-type]
    elif step is PaperStep.SCANNED:
        content = given["scan"].read() if given["scan"] else b""
        keep_scan(paper=paper, id=given["id"], on=given["on"], content=content, by=by, at=now())
    else:
        take_step(paper=paper, step=_said(step, given), by=by, at=now())
    return redirect("paper_waiting") if not may(by, "see_visit") else redirect("visit_detail", paper.visit_id)


def _said(step: PaperStep, given: dict[str, Any]) -> Step:
    """Fields that belong to another step are left aside."""
    signed = step is PaperStep.SIGNED
    signer = Signer(given["signer"]) if signed and given["signer"] else None
    return Step(given["id"], step, given["on"], signer, given["identity"] if signed else "", given["proof"])


@login_required
@require_GET
def paper_file(request: HttpRequest, paper_id: UUID) -> HttpResponse:
    paper = _paper(paper_id, reader(request))
    response = HttpResponse(
        printed_paper(paper=paper, by=reader(request), at=now()), content_type="application/pdf"
    )
    response.headers["Content-Disposition"] = f'inline; filename="{paper.number}.pdf"'
    response.headers["Cache-Control"] = "no-store"
    return response


@login_required
@require_GET
def paper_waiting(request: HttpRequest) -> HttpResponse:
    by = reader(request)
    require(by, "see_paper")
    asked = queries.seals_asked(by) if may(by, "confirm_seal") else Paper.objects.none()
    rows = [{"paper": paper, "form": StepForm(paper, by)} for paper in asked.prefetch_related("steps")]
    context = {"asked": rows, "posted": queries.without_receipt(by, business_date())}
    return render(request, "visits/papers_waiting.html", context)


def _paper(paper_id: UUID, by: User) -> Paper:
    require(by, "see_paper")
    rows = Paper.objects.filter(scope(by)).select_related("party", "branch", "visit")
    found: Paper = get_object_or_404(rows, pk=paper_id)
    if by.role == "visitor":
        visit_to_read(found.visit_id, by)
    return found
