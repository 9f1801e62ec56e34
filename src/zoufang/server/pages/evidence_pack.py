"""The evidence of one visit, for those who answer for it; and the file that leaves the bank."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zoufang.core.errors import BadInput, NotPermitted
from zoufang.core.evidence import ExportPurpose
from zoufang.core.values import Message, gettext_noop
from zoufang.server.book import exports
from zoufang.server.evidence.exporting import Wish, export_pack
from zoufang.server.evidence.models import EvidenceExport
from zoufang.server.evidence.pack import Pack, pack_of
from zoufang.server.pages.day_sheets import download
from zoufang.server.pages.evidence_sections import sections_of
from zoufang.server.pages.evidence_sheets import Told, drawn_in
from zoufang.server.pages.reader import reader
from zoufang.server.pages.templatetags.zoufang import said
from zoufang.server.pages.words import word
from zoufang.server.staff.clock import now
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.permissions import may


class ExportForm(forms.Form):
    id = forms.UUIDField(widget=forms.HiddenInput)
    purpose = forms.ChoiceField(label=gettext_lazy("What for"), choices=EvidenceExport.Purpose.choices)
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the PDF"), choices=[("zh", "中文"), ("en", "English")]
    )
    in_clear = forms.BooleanField(
        label=gettext_lazy("With the name, address and exact place of the person"),
        required=False,
        help_text=gettext_lazy("For a court, the regulator or a complaint only. Each look is recorded."),
    )
    with_originals = forms.BooleanField(
        label=gettext_lazy("With recordings, photos and scans"),
        required=False,
        help_text=gettext_lazy("For a court or the regulator only, and together with the name."),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"id": new_id(), "language": "en" if get_language() == "en" else "zh"})
        self.fields["language"].widget.attrs["class"] = "data"

    def wish(self) -> Wish:
        given = self.cleaned_data
        return Wish(given["id"], ExportPurpose(given["purpose"]), given["in_clear"], given["with_originals"])


@login_required
@require_GET
def evidence_pack(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    return _page(request, pack_of(visit_id, reader(request)), ExportForm())


@login_required
@require_POST
def evidence_export(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """The zip with PDF and manifest; what may not leave comes back as words on the page."""
    pack = pack_of(visit_id, reader(request))
    form = ExportForm(request.POST)
    if not form.is_valid():
        raise BadInput(Message(gettext_noop("Choose what the evidence is needed for.")))
    draw = drawn_in("en" if form.cleaned_data["language"] == "en" else "zh", _told)
    try:
        made, content = export_pack(pack=pack, wish=form.wish(), draw=draw, by=reader(request), at=now())
    except NotPermitted as error:
        if not may(reader(request), "export_evidence", pack.visit):
            raise
        form.add_error(None, said(error))
        return _page(request, pack, form, status=422)
    stamp = exports.Stamp(made.number, reader(request), made.at)
    visit = pack.visit
    exports.keep_export(mark=stamp, kind="evidence", content=content, subject=str(visit.pk), branch=visit.branch)
    return download(content, "application/zip", f"evidence-{made.number}.zip")


def _page(request: HttpRequest, pack: Pack, form: ExportForm, *, status: int = 200) -> HttpResponse:
    first, *rest = sections_of(pack, in_clear=False)
    context = {"pack": pack, "visit": pack.visit, "parts": first, "sections": rest, "form": form}
    context["exports"] = pack.visit.exports.select_related("by")
    context["may_export"] = may(reader(request), "export_evidence", pack.visit)
    response = render(request, "visits/evidence_pack.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _told(pack: Pack, in_clear: bool) -> Told:
    visit = pack.visit
    subtitle = (f"{visit.branch.name}", f"{visit.day:%Y-%m-%d}", word(visit.purpose, "purpose"), visit.crew.name)
    return Told(
        title=_("Evidence pack of a visit"),
        subtitle=" · ".join(subtitle),
        grade=_("Evidence grade for limitation: %(grade)s") % {"grade": pack.graded.grade},
        reasons=tuple(said(reason) for reason in pack.graded.reasons),
        sections=sections_of(pack, in_clear=in_clear),
    )
