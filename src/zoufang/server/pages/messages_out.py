"""For staff: offer an appointment by message, and what went out to borrowers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from zoufang.core.values import Purpose
from zoufang.server.book import queries as book
from zoufang.server.borrower import outbox
from zoufang.server.borrower.models import Outgoing
from zoufang.server.daily import appointments
from zoufang.server.pages.listing import give_choices
from zoufang.server.pages.reader import reader
from zoufang.server.pages.words import choices
from zoufang.server.staff.clock import business_date, is_simulated, now
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.permissions import require, scope

OFFERED_FOR = (Purpose.FIRST_TALK, Purpose.PROMISE_FOLLOW_UP, Purpose.CARE_VISIT)
SHOWN = 100


class OfferForm(forms.Form):
    purpose = forms.ChoiceField(label=gettext_lazy("What for"))

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        words = dict(choices("purpose"))
        give_choices(self, "purpose", [(one.value, words[one.value]) for one in OFFERED_FOR])


@login_required
def customer_appointment(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """The gate judges the message as any other; a refusal comes back with its reasons."""
    party = book.party(party_id, reader(request))
    require(reader(request), "offer_appointment", party)
    form, said = OfferForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        made = appointments.offer(
            id=new_id(),
            party=party,
            purpose=Purpose(form.cleaned_data["purpose"]),
            link=lambda token: request.build_absolute_uri(reverse("appointment", args=[token])),
            by=reader(request),
            today=business_date(),
            at=now(),
        )
        if made.appointment is not None:
            messages.success(request, _("The hours are offered. The one that the customer chooses is planned."))
            return redirect("customer", party_id)
        said = made.said
    context = {"party": party, "form": form, "said": said, "heading": _("Offer an appointment by message")}
    return render(request, "borrower/offer.html", context)


@login_required
@require_GET
def message_list(request: HttpRequest) -> HttpResponse:
    """Kinds, times and states. What they say shows in a demo bank alone: a code is for the borrower's eyes."""
    require(reader(request), "see_messages")
    open_texts = is_simulated()
    rows = Outgoing.objects.filter(scope(reader(request))).select_related("branch", "appointment")
    shown = [
        {"message": row, "text": outbox.text_of(row) if open_texts else ""}
        for row in rows.order_by("-at", "-id")[:SHOWN]
    ]
    context = {"shown": shown, "gate": bool(settings.ZOUFANG_SMS_WEBHOOK_URL), "open_texts": open_texts}
    return render(request, "borrower/messages.html", context)
