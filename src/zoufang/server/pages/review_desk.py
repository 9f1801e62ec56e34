"""The review desk: what waits for me, the form beside the evidence, how many visits are drawn."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from zoufang.core.errors import BadInput, Conflict
from zoufang.core.review import Risk, Shares
from zoufang.server.evidence.pack import gathered
from zoufang.server.pages.day_input import DayInput
from zoufang.server.pages.evidence_sections import sections_of
from zoufang.server.pages.reader import reader
from zoufang.server.pages.review_form import ItemsForm
from zoufang.server.pages.templatetags.zoufang import said
from zoufang.server.pages.visit_lines import lines_of
from zoufang.server.pages.words import word
from zoufang.server.review import queries, scoring
from zoufang.server.review.drawing import set_shares, shares_on
from zoufang.server.review.models import Review, SharesVersion
from zoufang.server.staff.clock import business_date, now
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import may, require
from zoufang.server.visiting import evidence
from zoufang.server.visiting.queries import evidence_event

FOLDED = ("facts", "trail", "decisions")  # long, and seldom what a reviewer looks for
SETTLED_SHOWN = 20
PLAYED_AS = {"audio": "audio/mpeg", "video": "video/mp4"}
RIGHT = "review_visit"


class SharesForm(forms.Form):
    """In a hundred visits; those at risk at least as often as any other."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    base = forms.IntegerField(label=gettext_lazy("Of all visits, in a hundred"), min_value=1, max_value=100)

    def __init__(self, data: Any, shares: Shares, today: Any) -> None:
        initial = {"id": new_id(), "base": shares.base, "valid_from": today + timedelta(days=1)}
        super().__init__(data, initial=initial | {f"of_{risk}": n for risk, n in shares.by_risk.items()})
        for risk in Risk:
            self.fields[f"of_{risk}"] = forms.IntegerField(
                label=word(risk, "review_risk"), min_value=1, max_value=100
            )
        self.fields["valid_from"] = forms.DateField(label=_("For visits from this day on"), widget=DayInput())
        self.fields["reason"] = forms.CharField(
            label=_("Why so many"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
        )

    def shares(self) -> Shares:
        given = self.cleaned_data
        return Shares(given["base"], {risk: given[f"of_{risk}"] for risk in Risk})


@login_required
@require_GET
def review_desk(request: HttpRequest) -> HttpResponse:
    """What waits for the reader, disputes first; what waits for colleagues; what was settled lately."""
    user = reader(request)
    require(user, RIGHT)
    mine = queries.waiting_for(user)
    keys = {one.pk for one in mine}
    done = queries.reviews(user).filter(state=Review.State.DONE).order_by("-done_on", "visit_id")
    context = {
        "mine": mine,
        "others": [one for one in queries.open_reviews(user) if one.pk not in keys],
        "done": done[:SETTLED_SHOWN],
        "today": business_date(),
        "shares": shares_on(business_date()),
        "sets_shares": may(user, "set_review_shares"),
    }
    return render(request, "review/desk.html", context)


@login_required
def review(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """The evidence, and beside it the form, or what was settled."""
    user = reader(request)
    found = queries.one_review(visit_id, user)
    why_not = scoring.hindrance(found, user)
    form = None if why_not else _form(request, found)
    sent = request.method == "POST" and "open" not in request.POST
    if sent and form is not None and form.is_valid():
        try:
            scoring.score_visit(
                id=form.form_id,
                review=found,
                marks=form.marks(),
                reasons=form.reasons(),
                by=user,
                on=business_date(),
                at=now(),
            )
        except BadInput as error:
            form.add_error(None, said(error))
        else:
            messages.success(request, _("Your score is kept."))
            return redirect("review_desk")
    response = render(request, "review/review.html", _context(request, found, form, why_not, user))
    response.headers["Cache-Control"] = "no-store"
    return response


def _form(request: HttpRequest, found: Review) -> ItemsForm:
    asked = scoring.asked_of(found)
    sent = request.POST if request.method == "POST" and "open" not in request.POST else None
    return ItemsForm(sent, [item for item in scoring.form_of(found).items if item.code in asked])


def _context(
    request: HttpRequest, found: Review, form: ItemsForm | None, why_not: Any, user: User
) -> dict[str, Any]:
    """Whoever is of the crew sees no pack here: it is their own visit."""
    barred = scoring.involved(found, user)
    pack = None if barred else gathered(found.visit)
    opened = request.method == "POST" and "open" in request.POST and not barred
    notes = evidence.open_notes(visit=found.visit, by=user, at=now(), may=RIGHT) if opened else None
    sections = sections_of(pack, in_clear=False) if pack else ()
    reads = scoring.may_read(found, user) and not barred
    return {
        "review": found,
        "visit": found.visit,
        "form": form,
        "rows": list(form.rows(_said(found) if found.state == Review.State.DISPUTED else None)) if form else [],
        "why_not": why_not,
        "sections": [one for one in sections if one.key not in FOLDED],
        "long_sections": [one for one in sections if one.key in FOLDED],
        "lines": [one for one in lines_of(found.visit, notes) if one.sealed or one.note] if pack else [],
        "files": [row for row in pack.events if row.kind == "evidence_added"] if pack else [],
        "opened": opened,
        "outcome": _outcome(found) if reads and found.state == Review.State.DONE else [],
        "scores": list(found.scores.all()),
        "findings": found.findings.select_related("officer", "course") if reads else [],
    }


def _said(found: Review) -> dict[str, tuple[tuple[str, str], ...]]:
    """By item what the two marked and wrote, without their names."""
    scores = [one for one in found.scores.all() if one.place < scoring.THIRD]
    read = [(one.marks, scoring.reasons_of(one, found)) for one in sorted(scores, key=lambda one: one.place)]
    return {code: tuple((marks[code], words.get(code, "")) for marks, words in read) for code in read[0][0]}


def _outcome(found: Review) -> list[dict[str, Any]]:
    """Each item with the marks of all, what was written, and what stands."""
    scores = sorted(found.scores.all(), key=lambda one: one.place)
    words = [scoring.reasons_of(one, found) for one in scores]
    return [
        {
            "item": item,
            "stands": found.marks.get(item.code),
            "marks": [
                (one.place, one.marks.get(item.code), told.get(item.code, ""))
                for one, told in zip(scores, words, strict=True)
            ],
        }
        for item in scoring.form_of(found).items
    ]


@login_required
@require_GET
def review_file(request: HttpRequest, visit_id: UUID, event_id: UUID) -> HttpResponse:
    """A recording or photo, for whoever scores the visit; each look is recorded."""
    user = reader(request)
    found = queries.one_review(visit_id, user)
    scoring.require_uninvolved(found, user)
    event = evidence_event(found.visit, event_id)
    content = evidence.open_evidence(event=event, by=user, at=now(), may=RIGHT)
    response = HttpResponse(content, content_type=PLAYED_AS.get(event.body["evidence"], "image/jpeg"))
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@login_required
def review_shares(request: HttpRequest) -> HttpResponse:
    """How many visits are drawn from a day to come; every version stays."""
    user, today = reader(request), business_date()
    require(user, "set_review_shares")
    form = SharesForm(request.POST or None, shares_on(today), today)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            set_shares(
                id=given["id"],
                shares=form.shares(),
                valid_from=given["valid_from"],
                reason=given["reason"],
                by=user,
                today=today,
                at=now(),
            )
        except (BadInput, Conflict) as error:
            form.add_error(None, said(error))
        else:
            messages.success(request, _("The shares are set. They stand on the audit trail."))
            return redirect("review_desk")
    versions = SharesVersion.objects.select_related("by").order_by("-valid_from")
    return render(request, "review/shares.html", {"form": form, "versions": versions, "today": today})
