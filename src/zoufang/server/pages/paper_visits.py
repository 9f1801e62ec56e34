"""Key in a record form by its number, and hold what was keyed in against the scanned page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from zoufang.core.errors import BadInput, Conflict, NotFound, NotPermitted
from zoufang.server.evidence import paper_visits
from zoufang.server.evidence.models import PaperVisit
from zoufang.server.pages.paper_form import PaperForm
from zoufang.server.pages.paper_form_lines import written
from zoufang.server.pages.reader import reader
from zoufang.server.pages.templatetags.zoufang import said
from zoufang.server.staff.clock import now
from zoufang.server.staff.permissions import may, require


class CheckForm(forms.Form):
    finding = forms.ChoiceField(
        label=gettext_lazy("What did the comparison show?"),
        choices=PaperVisit.Finding.choices,
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=gettext_lazy("What the paper says, and what follows from it"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Needed where something stands out. No names and no debts."),
    )


@login_required
@require_GET
def paper_visit_find(request: HttpRequest) -> HttpResponse:
    """From the number on the paper to its page."""
    require(reader(request), "key_in_paper_visit")
    no = request.GET.get("no", "").strip()
    try:
        paper_visits.form_to_key(no, reader(request))
    except NotFound as error:
        messages.error(request, said(error))
        return redirect("day_pack_list")
    return redirect("paper_visit_key", no)


@login_required
def paper_visit_key(request: HttpRequest, form_no: str) -> HttpResponse:
    """What was written; a form that was keyed in already shows who did, and when."""
    user = reader(request)
    one = paper_visits.form_to_key(form_no, user)
    form = PaperForm(one.visit, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and _keyed(request, one, form):
        return redirect("day_pack", one.pack.pk)
    known = PaperVisit.objects.filter(visit=one.visit).select_related("keyed_by").first()
    context = {"one": one, "visit": one.visit, "form": form, "known": known}
    return render(request, "papers/key_in.html", context, status=422 if form.errors else 200)


def _keyed(request: HttpRequest, one: paper_visits.Form, form: PaperForm) -> bool:
    lines, scan = form.lines(), form.cleaned_data["scan"].read()
    try:
        row = paper_visits.key_in(
            form=one, lines=lines, scan=scan, beside=form.flags, by=reader(request), at=now()
        )
    except (BadInput, Conflict) as error:
        form.add_error(None, said(error))
        return False
    if row.flags:
        messages.warning(request, _("Keyed in, with findings. A second person holds it against the paper."))
    else:
        messages.success(request, _("Keyed in. A second person holds it against the paper."))
    return True


@login_required
def paper_visit_check(request: HttpRequest, form_no: str) -> HttpResponse:
    user = reader(request)
    paper = paper_visits.paper_seen(form_no, user)
    require(user, "review_paper_visit", paper)
    form = CheckForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _checked(request, paper, form):
        return redirect("day_pack_list")
    lines = written(paper_visits.written_lines(paper=paper, by=user, at=now()))
    context: dict[str, Any] = {"paper": paper, "visit": paper.visit, "form": form, "lines": lines}
    context["own"] = paper.keyed_by_id == user.pk
    return render(request, "papers/check.html", context, status=422 if form.errors else 200)


def _checked(request: HttpRequest, paper: PaperVisit, form: CheckForm) -> bool:
    user = reader(request)
    finding, note = PaperVisit.Finding(form.cleaned_data["finding"]), form.cleaned_data["note"]
    try:
        paper_visits.check(paper=paper, finding=finding, note=note, by=user, at=now())
    except (BadInput, Conflict, NotPermitted) as error:
        if isinstance(error, NotPermitted) and not may(user, "review_paper_visit", paper):
            raise
        form.add_error(None, said(error))
        return False
    messages.success(request, _("Checked. The finding stands in the evidence of the visit."))
    return True


@login_required
@require_GET
def paper_visit_scan(request: HttpRequest, form_no: str) -> HttpResponse:
    """The scanned page, as it was taken in; each look is recorded."""
    user = reader(request)
    paper = paper_visits.paper_seen(form_no, user)
    content = paper_visits.scan_of(paper=paper, by=user, at=now())
    kinds = {b"%PDF": "application/pdf", b"\x89PNG": "image/png"}
    response = HttpResponse(content, content_type=kinds.get(content[:4], "image/jpeg"))
    response.headers["Content-Disposition"] = "inline"
    response.headers["Cache-Control"] = "no-store"
    return response
