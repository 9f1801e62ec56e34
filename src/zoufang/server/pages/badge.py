"""Public: is this visitor from the bank? And, once confirmed, a word to the bank. Nothing is said of a debt."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import segno
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from zoufang.core.errors import BadInput
from zoufang.core.values import Message, gettext_noop, mask_name
from zoufang.server.book.models import RevealPurpose
from zoufang.server.book.reveals import note_once_a_day
from zoufang.server.borrower import badges, words
from zoufang.server.borrower.models import DoorWord
from zoufang.server.pages.listing import give_choices
from zoufang.server.pages.reader import reader
from zoufang.server.staff.clock import business_date, now
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require, scope

SALT, GOOD_FOR_S = "door-word", 2 * 3600
TOO_LATE = Message(gettext_noop("This page has lapsed. Scan the code on the visitor's badge again."))


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("The six digits that the visitor shows you"),
        max_length=badges.DIGITS,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "code"}),
    )


class WordForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("What is it about?"), choices=DoorWord.Kind.choices)
    channel = forms.ChoiceField(
        label=gettext_lazy("How should we reach you?"),
        required=False,
        choices=[
            ("", gettext_lazy("As it suits")),
            ("call", gettext_lazy("By a phone call")),
            ("sms", gettext_lazy("By a text message")),
            ("letter", gettext_lazy("By letter")),
        ],
    )
    text = forms.CharField(
        label=gettext_lazy("In your words"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    phone = forms.CharField(
        label=gettext_lazy("A phone number, if we should call back"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )


class HandleForm(forms.Form):
    note = forms.CharField(label=gettext_lazy("What was done"), max_length=200)


class MatchForm(forms.Form):
    """One of the visits that this officer had about then."""

    visit = forms.ChoiceField(
        label=gettext_lazy("Which visit was it about?"), widget=forms.Select(attrs={"class": "form-select data"})
    )

    def __init__(self, data: Any, word: DoorWord) -> None:
        super().__init__(data)
        self.visits = {str(one.pk): one for one in words.visits_near(word)}
        named = [(key, f"{one.day} {mask_name(one.whom.identity['name'])}") for key, one in self.visits.items()]
        give_choices(self, "visit", named)


@never_cache
def badge_check(request: HttpRequest, token: str) -> HttpResponse:
    """Open to everybody. The answer tells of the visitor and of the bank's rules, never of a customer."""
    form = CodeForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "hotline": settings.ZOUFANG_HOTLINE}
    if request.method == "POST" and form.is_valid():
        day = business_date()
        asker = badges.asker_of(request.META.get("REMOTE_ADDR", ""), day)
        checked = badges.check(token=token, code=form.cleaned_data["code"], asker=asker, day=day, at=now())
        context |= {"answer": checked.answer.value, "officer": checked.officer}
        if checked.officer is not None:
            context |= {"pass_on": signing.dumps(checked.officer.pk, salt=SALT), "id": new_id()}
        status = 429 if checked.answer is badges.Answer.TOO_MANY else 200
        return render(request, "borrower/answer.html", context, status=status)
    return render(request, "borrower/check.html", context)


@never_cache
@require_POST
def door_word(request: HttpRequest) -> HttpResponse:
    """Only who has just confirmed a visitor gets here; "wrong person" is one tap."""
    officer = _confirmed(request.POST.get("pass", ""))
    given = request.POST if "kind" in request.POST else None
    form = WordForm(given)
    if given is not None and form.is_valid():
        kept = form.cleaned_data | {"kind": DoorWord.Kind(form.cleaned_data["kind"])}
        word_id = _uuid(request.POST.get("id", ""))
        words.tell_bank(id=word_id, officer=officer, on=business_date(), at=now(), **kept)
        return render(request, "borrower/thanks.html", {"hotline": settings.ZOUFANG_HOTLINE})
    context = {"form": form, "pass_on": request.POST["pass"], "id": new_id(), "hotline": settings.ZOUFANG_HOTLINE}
    return render(request, "borrower/word.html", context)


def _confirmed(passed: str) -> User:
    try:
        officer = signing.loads(passed, salt=SALT, max_age=GOOD_FOR_S)
    except signing.BadSignature as error:
        raise BadInput(TOO_LATE) from error
    return User.objects.select_related("branch").get(pk=officer)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise BadInput(TOO_LATE) from error


@login_required
@never_cache
@require_GET
def my_badge(request: HttpRequest) -> HttpResponse:
    """What the visitor holds out: the code of the moment and the QR that the badge bears."""
    current = badges.code_now(officer=reader(request), at=now())
    url = request.build_absolute_uri(reverse("badge_check", args=[current.badge.token]))
    picture = segno.make(url, error="m").svg_data_uri(scale=6, border=2)
    return render(request, "borrower/my_badge.html", {"current": current, "picture": picture, "url": url})


@login_required
@require_GET
def door_word_list(request: HttpRequest) -> HttpResponse:
    """What came from doors and waits for somebody, the newest first; opened texts stand here alone."""
    require(reader(request), "handle_door_words")
    rows = DoorWord.objects.filter(scope(reader(request)), handled_at=None).select_related(
        "officer", "branch", "visit__party"
    )
    open_rows = list(rows.order_by("-at")[:100])
    for row in open_rows:
        note_once_a_day(
            party=row.visit.party if row.visit else None,
            what="door_word",
            purpose=RevealPurpose.COMPLAINT,
            by=reader(request),
            at=now(),
            subject=str(row.pk),
            branch=row.branch,
        )
    told = [
        {"word": row, "told": words.opened(row), "match": None if row.visit_id else MatchForm(None, row)}
        for row in open_rows
    ]
    return render(request, "borrower/words.html", {"told": told, "form": HandleForm()})


@login_required
@require_POST
def door_word_handle(request: HttpRequest, word_id: UUID) -> HttpResponse:
    word = get_object_or_404(DoorWord.objects.select_related("branch"), pk=word_id)
    form = HandleForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    words.handle(word=word, note=note, by=reader(request), at=now())
    messages.success(request, _("Kept."))
    return redirect("door_word_list")


@login_required
@require_POST
def door_word_match(request: HttpRequest, word_id: UUID) -> HttpResponse:
    """What the word sets in motion follows at once: a hardship review, a complaint."""
    rows = DoorWord.objects.select_related("branch", "officer")
    word = get_object_or_404(rows, pk=word_id)
    require(reader(request), "handle_door_words", word)
    form = MatchForm(request.POST, word)
    if not form.is_valid():
        raise BadInput(Message(gettext_noop("Choose the visit that the word was about.")))
    visit = form.visits[form.cleaned_data["visit"]]
    words.match(word=word, visit=visit, by=reader(request), on=business_date(), at=now())
    messages.success(request, _("Matched. What the rules ask for now holds."))
    return redirect("door_word_list")
