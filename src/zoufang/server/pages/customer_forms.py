"""The forms of the customer page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zoufang.core.portfolio import BUCKETS
from zoufang.core.values import AddressKind, Channel, Gender, Language, SourceCode, mask_address, mask_phone
from zoufang.server.book.models import Party, RevealPurpose
from zoufang.server.book.visit_needs import MOST_YEARS, AskedFor
from zoufang.server.oversight.models import Complaint, Stop
from zoufang.server.pages.day_input import DayInput
from zoufang.server.pages.listing import give_choices
from zoufang.server.pages.queries_customers import ORDERS, Wanted, branches_below, may_see_arms
from zoufang.server.pages.words import choices
from zoufang.server.staff.models import User

ALL = ("", _("All"))
NO_NEED = ("", _("No such need"))
DATA = {"class": "data"}  # names of places: not to be translated
RESULTS = {
    "call": ("reached", "unanswered", "number_invalid"),
    "sms": ("sent", "delivered", "failed"),
    "letter": ("sent", "delivered", "failed"),
}


class SearchForm(forms.Form):
    """Sent by POST, so that no name or number gets into an address or a log."""

    text = forms.CharField(
        label=_("Name, ID, phone, or the last four digits"),
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class FilterForm(forms.Form):
    bucket = forms.ChoiceField(label=_("Bucket"), required=False)
    branch = forms.ChoiceField(label=_("Branch"), required=False, widget=forms.Select(attrs=DATA))
    stop = forms.ChoiceField(
        label=_("Stop in force"), required=False, choices=[ALL, ("yes", _("Yes")), ("no", _("No"))]
    )
    arm = forms.ChoiceField(label=_("Study arm"), required=False)
    order = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[("arrears", _("Arrears")), ("dpd", _("Days past due")), ("balance", _("Balance"))],
    )

    def __init__(self, data: Any, user: User) -> None:
        super().__init__(data)
        give_choices(self, "bucket", [ALL, *((b.value, b.value) for b in BUCKETS)])
        give_choices(self, "branch", [ALL, *((b.path, b.name) for b in branches_below(user))])
        if may_see_arms(user):
            give_choices(self, "arm", [ALL, *choices("arm")])
        else:
            del self.fields["arm"]

    def wanted(self) -> Wanted:
        """What is understood of the address; what is not is no filter."""
        self.is_valid()
        given = {name: value for name, value in self.cleaned_data.items() if value}
        return Wanted(**{"order": next(iter(ORDERS))} | given)


class RevealForm(forms.Form):
    what = forms.ChoiceField(
        label=_("What to show"),
        choices=[
            ("name", _("Name")),
            ("id_no", _("ID number")),
            ("phone", _("Phones")),
            ("address", _("Addresses")),
        ],
    )
    purpose = forms.ChoiceField(label=_("Why it is needed"), choices=RevealPurpose.choices)
    reason = forms.CharField(
        label=_("In words, if it is another purpose"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("purpose") == RevealPurpose.OTHER and not given.get("reason", "").strip():
            self.add_error("reason", _("Say in words what else this data is needed for."))
        return given


class ContactForm(forms.Form):
    """`through` is the number, or the address of a letter; results must fit the channel."""

    channel = forms.ChoiceField(label=_("Channel"))
    phone = forms.ChoiceField(label=_("Number"), required=False)
    address = forms.ChoiceField(label=_("Address of the letter"), required=False, widget=forms.Select(attrs=DATA))
    result = forms.ChoiceField(label=_("Result"))
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )

    def __init__(self, data: Any, party: Party) -> None:
        super().__init__(data)
        self.phones = {str(phone.pk): phone for phone in party.phones.order_by("pk")}
        self.addresses = {str(address.pk): address for address in party.addresses.order_by("pk")}
        for phone in self.phones.values():
            phone.party = party
        for address in self.addresses.values():
            address.party = party
        give_choices(self, "channel", choices("channel", "call", "sms", "letter"))
        give_choices(self, "result", choices("contact_result", "reached", *RESULTS["call"][1:], *RESULTS["sms"]))
        give_choices(self, "phone", [(pk, mask_phone(p.number)) for pk, p in self.phones.items()])
        places = ((pk, mask_address(str(a.place["text"]))) for pk, a in self.addresses.items())
        give_choices(self, "address", list(places))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        channel = given.get("channel", "")
        if channel and given.get("result") not in RESULTS[channel]:
            self.add_error("result", _("This result does not fit the channel. Choose another."))
        needed = "address" if channel == "letter" else "phone"
        if channel and not given.get(needed):
            self.add_error(needed, _("Choose one; add it first where there is none."))
        return given

    def chosen(self) -> dict[str, Any]:
        """Channel with its number or address, as daily.contacting.Attempt wants them."""
        channel = Channel(self.cleaned_data["channel"])
        if channel is Channel.LETTER:
            return {"channel": channel, "address": self.addresses[self.cleaned_data["address"]]}
        return {"channel": channel, "phone": self.phones[self.cleaned_data["phone"]]}


class SourcedForm(forms.Form):
    """Contact data come with a lawful origin and its day (CN-P5)."""

    source_code = forms.ChoiceField(label=_("Lawful source"))
    source_on = forms.DateField(label=_("Day of the source"), widget=DayInput())

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        give_choices(self, "source_code", choices("source", *(code.value for code in SourceCode)))


class PhoneForm(SourcedForm):
    number = forms.CharField(
        label=_("Phone number"), max_length=30, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    field_order = ["number"]


class AddressForm(SourcedForm):
    kind = forms.ChoiceField(label=_("Kind of address"))
    text = forms.CharField(label=_("Address"), max_length=200)
    field_order = ["kind", "text"]

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        give_choices(self, "kind", choices("address_kind", *(kind.value for kind in AddressKind)))


class VisitNeedsForm(forms.Form):
    """What the person asked for themselves; empty is no need."""

    language = forms.ChoiceField(label=_("Language or dialect"), required=False)
    gender = forms.ChoiceField(label=_("Officer's sex"), required=False)
    service_years = forms.IntegerField(
        label=_("Years of service of one officer, at least"), required=False, min_value=0, max_value=MOST_YEARS
    )
    basis = forms.CharField(
        label=_("Who asked for it, and when"),
        required=False,
        max_length=200,
        help_text=_(
            "Only what the person said. An origin, a faith or an illness is never guessed, nor written here."
        ),
    )

    def __init__(self, data: Any, before: AskedFor) -> None:
        given = {name: getattr(before, name) or "" for name in ("language", "gender", "service_years", "basis")}
        super().__init__(data, initial=given)
        give_choices(self, "language", [NO_NEED, *choices("language")])
        give_choices(self, "gender", [NO_NEED, *choices("gender")])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        needed = given.get("language") or given.get("gender") or given.get("service_years")
        if needed and not (given.get("basis") or "").strip():
            self.add_error("basis", _("Say who asked for it and when."))
        return given

    def asked(self) -> AskedFor:
        given = self.cleaned_data
        return AskedFor(
            Language(given["language"]) if given["language"] else None,
            Gender(given["gender"]) if given["gender"] else None,
            given["service_years"] or 0,
            given["basis"].strip(),
        )


class StopForm(forms.Form):
    kind = forms.ChoiceField(label=_("Why nobody may go"), choices=Stop.Kind.choices)
    until = forms.DateField(label=_("Until (empty: until lifted)"), required=False, widget=DayInput())
    note = forms.CharField(
        label=_("Note"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class ComplaintForm(forms.Form):
    about = forms.ChoiceField(label=_("About"))
    channel = forms.ChoiceField(label=_("How it came"), choices=Complaint.Channel.choices)
    text = forms.CharField(
        label=_("What the customer says"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, data: Any = None, *, at_the_door: bool = False) -> None:
        super().__init__(data)
        give_choices(self, "about", choices("complaint"))
        if at_the_door:  # how it came is known there, and nothing more is asked
            del self.fields["channel"]


class PurposeForm(forms.Form):
    """Why one would go, and to which door."""

    purpose = forms.ChoiceField(label=_("Purpose"))
    address = forms.ChoiceField(label=_("Address"), widget=forms.Select(attrs=DATA))

    def __init__(self, data: Any, party: Party) -> None:
        super().__init__(data)
        self.addresses = {str(address.pk): address for address in party.addresses.order_by("pk")}
        for address in self.addresses.values():
            address.party = party
        give_choices(self, "purpose", choices("purpose"))
        masked = ((pk, mask_address(str(a.place["text"]))) for pk, a in self.addresses.items())
        give_choices(self, "address", list(masked))
