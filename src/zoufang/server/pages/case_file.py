"""The case file of a loan for one stage: read on a page, taken out as PDF, sheet and manifest."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zoufang.core.disposal import StageKind
from zoufang.core.errors import NotFound
from zoufang.server.book import exports
from zoufang.server.disposal import queries
from zoufang.server.evidence.case_export import CaseWish, export_case
from zoufang.server.evidence.case_file import CaseFile, case_file_of
from zoufang.server.pages.case_sections import sections_of
from zoufang.server.pages.day_sheets import download
from zoufang.server.pages.disposal import loan_of, named
from zoufang.server.pages.evidence_sheets import Told, drawn_in
from zoufang.server.pages.reader import reader
from zoufang.server.pages.templatetags.zoufang import said
from zoufang.server.pages.words import word
from zoufang.server.staff.clock import business_date, now
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.permissions import may, require


class CaseForm(forms.Form):
    id = forms.UUIDField(widget=forms.HiddenInput)
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the PDF"), choices=[("zh", "中文"), ("en", "English")]
    )
    rate = forms.DecimalField(
        label=gettext_lazy("Overdue rate of the contract, % a year"),
        required=False,
        min_value=Decimal(0),
        max_value=Decimal(36),
        decimal_places=2,
        help_text=gettext_lazy("Without it no default interest is computed."),
    )
    in_clear = forms.BooleanField(
        label=gettext_lazy("With names and account numbers"),
        required=False,
        help_text=gettext_lazy("For a court, notary or buyer. Each look is recorded."),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"id": new_id(), "language": "en" if get_language() == "en" else "zh"})
        self.fields["language"].widget.attrs["class"] = "data"

    def rate_bp(self) -> int | None:
        rate = self.cleaned_data["rate"]
        return None if rate is None else int(rate * 100)


def _kind(kind: str) -> StageKind:
    if kind not in set(StageKind):
        raise NotFound(queries.NOT_HERE)
    return StageKind(kind)


@login_required
@require_GET
def case_file(request: HttpRequest, loan_id: UUID, kind: str) -> HttpResponse:
    loan = loan_of(loan_id, request)
    return _page(request, case_file_of(loan, _kind(kind), business_date()), CaseForm())


@login_required
@require_POST
def case_file_export(request: HttpRequest, loan_id: UUID, kind: str) -> HttpResponse:
    """The zip; a form that does not fit comes back in words."""
    loan, user, form = loan_of(loan_id, request), reader(request), CaseForm(request.POST)
    require(user, "export_case", loan)
    if not form.is_valid():
        return _page(request, case_file_of(loan, _kind(kind), business_date()), form, status=422)
    file = case_file_of(loan, _kind(kind), business_date(), default_rate_bp=form.rate_bp())
    wish = CaseWish(form.cleaned_data["id"], form.cleaned_data["in_clear"])
    draw = drawn_in("en" if form.cleaned_data["language"] == "en" else "zh", _told)
    at = now()
    made, content = export_case(file=file, wish=wish, draw=draw, by=user, at=at)
    mark = exports.Stamp(made.number, user, at)
    exports.keep_export(mark=mark, kind="case", content=content, subject=str(loan.pk), branch=loan.branch)
    return download(content, "application/zip", f"case-{made.number}.zip")


def _page(request: HttpRequest, file: CaseFile, form: CaseForm, *, status: int = 200) -> HttpResponse:
    context = {
        "file": file,
        "loan": file.loan,
        "name": named(file.rule),
        "rule": file.rule,
        "sections": sections_of(file, in_clear=False),
        "form": form,
        "may_export": may(reader(request), "export_case", file.loan),
    }
    response = render(request, "disposal/case_file.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _told(file: CaseFile, in_clear: bool) -> Told:
    lacking = [f"{word(one.part, 'case_part')}: {said(one.what)}" for one in file.lacking]
    return Told(
        title=_("Write-off pack") if file.rule.kind is StageKind.WRITE_OFF else _("Case file"),
        subtitle=f"{file.loan.branch.name} · {named(file.rule)} · {file.facts.today:%Y-%m-%d}",
        grade=_("Parts missing or weak: %(n)s") % {"n": len(lacking)},
        reasons=(*lacking, *(said(one) for one in file.gaps)),
        sections=sections_of(file, in_clear=in_clear),
    )
