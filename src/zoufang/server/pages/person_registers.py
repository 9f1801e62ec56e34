"""Registers of one person: refused ways of contact, and what guarantors agreed to in writing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from zoufang.core.errors import BadInput, Conflict, NotPermitted
from zoufang.core.values import Channel, Message, mask_address, mask_name, mask_phone
from zoufang.server.agreements import consents
from zoufang.server.agreements.models import GuarantorConsent
from zoufang.server.book import queries as book
from zoufang.server.book.models import LoanParty, Party
from zoufang.server.oversight import refusals
from zoufang.server.oversight.models import ContactRefusal
from zoufang.server.pages.day_input import DayInput
from zoufang.server.pages.door_fields import fen_of, yuan
from zoufang.server.pages.listing import give_choices
from zoufang.server.pages.reader import reader
from zoufang.server.pages.templatetags.zoufang import said
from zoufang.server.pages.words import choices
from zoufang.server.staff.clock import business_date, now
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.permissions import may, require

WORDS = {"rows": 2, "autocomplete": "off"}


class RefusalForm(forms.Form):
    id = forms.UUIDField(widget=forms.HiddenInput)
    channel = forms.ChoiceField(label=gettext_lazy("Which way is refused"), required=False)
    place = forms.ChoiceField(
        label=gettext_lazy("Only this number or address"),
        required=False,
        widget=forms.Select(attrs={"class": "data"}),
    )
    since = forms.DateField(label=gettext_lazy("From"), widget=DayInput())
    until = forms.DateField(
        label=gettext_lazy("Until"),
        required=False,
        widget=DayInput(),
        help_text=gettext_lazy("Empty: until the person says otherwise."),
    )
    source = forms.ChoiceField(label=gettext_lazy("How the person said it"), choices=ContactRefusal.Source.choices)
    words = forms.CharField(
        label=gettext_lazy("In the person's words"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs=WORDS),
        help_text=gettext_lazy("Kept sealed."),
    )

    def __init__(self, party: Party, data: Any = None) -> None:
        super().__init__(data, initial={"id": new_id(), "since": business_date()})
        self.phones = {f"p{one.pk}": one for one in party.phones.order_by("pk")}
        self.addresses = {f"a{one.pk}": one for one in party.addresses.order_by("pk")}
        for number in self.phones.values():
            number.party = party
        for place in self.addresses.values():
            place.party = party
        known = [(key, mask_phone(one.number)) for key, one in self.phones.items()]
        known += [(key, mask_address(str(one.place["text"]))) for key, one in self.addresses.items()]
        give_choices(self, "channel", [("", _("Every way")), *choices("channel")])
        give_choices(self, "place", [("", _("All of them")), *known])

    def said(self) -> refusals.Refused:
        """BadInput where channel and place do not fit."""
        given = self.cleaned_data
        return refusals.Refused(
            channel=Channel(given["channel"]) if given["channel"] else None,
            source=ContactRefusal.Source(given["source"]),
            since=given["since"],
            until=given["until"],
            phone=self.phones.get(given["place"]),
            address=self.addresses.get(given["place"]),
            words=given["words"],
        )


class LiftForm(forms.Form):
    on = forms.DateField(label=gettext_lazy("Day on which the person said so"), widget=DayInput())
    source = forms.ChoiceField(label=gettext_lazy("How the person said it"), choices=ContactRefusal.Source.choices)
    words = forms.CharField(
        label=gettext_lazy("In the person's words"), max_length=500, widget=forms.Textarea(attrs=WORDS)
    )


class ConsentForm(forms.Form):
    id = forms.UUIDField(widget=forms.HiddenInput)
    guarantee = forms.ChoiceField(
        label=gettext_lazy("Guarantor and loan"), widget=forms.Select(attrs={"class": "data"})
    )
    most = yuan(gettext_lazy("Agrees to pay back in all, at most (yuan)"))
    until = forms.DateField(label=gettext_lazy("Agrees to terms until"), widget=DayInput())
    signed_on = forms.DateField(label=gettext_lazy("Day of the signature"), widget=DayInput())
    how = forms.ChoiceField(label=gettext_lazy("How it was signed"), choices=GuarantorConsent.How.choices)
    scan = forms.FileField(
        label=gettext_lazy("Scan of the signed paper"),
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
    )

    def __init__(self, links: list[LoanParty], data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, initial={"id": new_id(), "signed_on": business_date()})
        self.links = {str(link.pk): link for link in links}
        named = [
            (key, f"{mask_name(str(link.party.identity['name']))} · {link.loan.source_key}")
            for key, link in self.links.items()
        ]
        give_choices(self, "guarantee", named)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        given["most_fen"] = fen_of(self, "most", least=1)
        return given

    def agreed(self) -> consents.Agreed:
        given = self.cleaned_data
        link = self.links[given["guarantee"]]
        how = GuarantorConsent.How(given["how"])
        return consents.Agreed(link.party, given["most_fen"], given["until"], given["signed_on"], how)


class VoidForm(forms.Form):
    why = forms.CharField(label=gettext_lazy("Why it no longer counts"), max_length=200)


@login_required
def customer_refusals(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """What this person refuses; entered by whoever hears it, in force at once."""
    user = reader(request)
    party = book.party(party_id, user)
    form = RefusalForm(party, request.POST or None)
    if request.method == "POST":
        require(user, "record_refusal", party)
        if form.is_valid() and _refused(request, party, form):
            return redirect("customer_refusals", party_id)
    rows = list(refusals.refusals_of(party, user))
    for row in rows:
        if row.address is not None:
            row.address.party = party
        if row.phone is not None:
            row.phone.party = party
    context = {"party": party, "rows": rows, "form": form, "today": business_date()}
    context |= {"records": may(user, "record_refusal", party), "lifts": may(user, "lift_refusal", party)}
    return render(request, "customers/refusals.html", context, status=422 if form.errors else 200)


def _refused(request: HttpRequest, party: Party, form: RefusalForm) -> bool:
    try:
        id_ = form.cleaned_data["id"]
        refusals.keep_refusal(id=id_, party=party, said=form.said(), by=reader(request), at=now())
    except BadInput as error:
        form.add_error(None, said(error))
        return False
    messages.success(request, _("Kept. From its first day on every channel keeps to it."))
    return True


@login_required
def refusal_lift(request: HttpRequest, refusal_id: UUID) -> HttpResponse:
    user = reader(request)
    row = refusals.refusal_of(refusal_id, user)
    form = LiftForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data | {"source": ContactRefusal.Source(form.cleaned_data["source"])}
        try:
            refusals.lift_refusal(row=row, by=user, at=now(), **given)
        except (BadInput, Conflict) as error:
            form.add_error(None, said(error))
        else:
            messages.success(request, _("Lifted by the person's own word."))
            return redirect("customer_refusals", row.party_id)
    context = {"party": row.party, "form": form, "heading": _("The person lifts the refusal")}
    return render(request, "customers/form.html", context, status=422 if form.errors else 200)


@login_required
def customer_consents(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """What the guarantors of this debtor's loans agreed to; it counts once a second person has confirmed it."""
    user = reader(request)
    party = book.party(party_id, user)
    require(user, "see_customer", party)
    rows = LoanParty.objects.filter(loan__debtor=party, role="guarantor", loan__state__open=True)
    links = list(rows.select_related("party", "loan__branch").order_by("loan__source_key", "party__source_key"))
    form = ConsentForm(links, request.POST or None, request.FILES or None)
    if request.method == "POST":
        require(user, "record_consent", party)
        if form.is_valid() and _consented(request, form):
            return redirect("customer_consents", party_id)
    context = {"party": party, "rows": consents.consents_of(party, user), "form": form, "links": links}
    context |= {"records": may(user, "record_consent", party), "confirms": may(user, "confirm_consent", party)}
    return render(request, "customers/consents.html", context, status=422 if form.errors else 200)


def _consented(request: HttpRequest, form: ConsentForm) -> bool:
    given = form.cleaned_data
    loan, scan = form.links[given["guarantee"]].loan, given["scan"].read()
    try:
        consents.record_consent(
            id=given["id"], loan=loan, agreed=form.agreed(), scan=scan, by=reader(request), at=now()
        )
    except BadInput as error:
        form.add_error(None, said(error))
        return False
    messages.success(request, _("Recorded. It counts when a second person has confirmed it."))
    return True


@login_required
@require_POST
def consent_confirm(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    user = reader(request)
    row = consents.consent_seen(consent_id, user)
    try:
        consents.confirm_consent(consent=row, by=user, at=now())
        messages.success(request, _("Confirmed: offers within these terms may be agreed."))
    except (Conflict, NotPermitted) as error:
        if not isinstance(error.args[0], Message):
            raise
        messages.error(request, said(error))
    return redirect("customer_consents", row.loan.debtor_id)


@login_required
def consent_void(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    user = reader(request)
    row = consents.consent_seen(consent_id, user)
    require(user, "confirm_consent", row)
    form = VoidForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            consents.void_consent(consent=row, why=form.cleaned_data["why"], by=user, at=now())
        except (BadInput, Conflict) as error:
            form.add_error(None, said(error))
        else:
            messages.success(request, _("This consent no longer counts."))
            return redirect("customer_consents", row.loan.debtor_id)
    context = {"party": row.loan.debtor, "form": form, "heading": _("A consent no longer counts")}
    return render(request, "customers/form.html", context, status=422 if form.errors else 200)
