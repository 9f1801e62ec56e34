"""The forms of the door: each makes one event of the visit."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zoufang.core import visits as core
from zoufang.core.compliance import Vulnerability
from zoufang.core.values import Hardship, Willingness
from zoufang.server.pages.day_input import DayInput
from zoufang.server.pages.door_fields import PositionForm, StepForm, chosen, fen_of, picked, text, yuan
from zoufang.server.pages.listing import give_choices
from zoufang.server.pages.reader import reader
from zoufang.server.pages.words import choices
from zoufang.server.staff.clock import business_date
from zoufang.server.visiting.events import record_of
from zoufang.server.visiting.evidence import algorithm, digest_of


class CheckIn(PositionForm):
    event = core.CheckedIn


class CheckOut(PositionForm):
    """One act for both who leave together; else each checks out alone."""

    event = core.CheckedOut
    left_with = forms.MultipleChoiceField(
        label=gettext_lazy("Who leaves together with me"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "data"}),
    )

    def prepare(self) -> None:
        record, me = record_of(self.visit), str(reader(self.request).pk)
        there = set(record.officers) - record.gone - {me}
        mates = [mate for mate in self.visit.crew.members.all() if str(mate.pk) in there]
        give_choices(self, "left_with", [(str(mate.pk), mate.full_name) for mate in mates])
        if not mates:
            del self.fields["left_with"]

    def content(self) -> dict[str, Any]:
        return super().content() | {"left_with": tuple(self.cleaned_data.get("left_with", ()))}


class Met(StepForm):
    event = core.PersonMet
    who = picked(gettext_lazy("Who opened or was met?"), "role", core.WhoMet)
    words_used = text(gettext_lazy("What was said, when it was not the borrower"), 2, required=False)


class Identified(StepForm):
    event = core.PersonIdentified
    who = chosen(gettext_lazy("Who is it?"), "role", core.WhoMet)
    method = picked(gettext_lazy("How was it checked?"), "identity", core.IdentityMethod)
    passed = forms.TypedChoiceField(
        label=gettext_lazy("Did the check pass?"),
        choices=[("yes", gettext_lazy("Yes, it is the person")), ("no", gettext_lazy("No, or not certain"))],
        coerce=lambda given: given == "yes",
        widget=forms.RadioSelect,
    )


class Disclosed(StepForm):
    event = core.DisclosureMade


class Recording(StepForm):
    event = core.RecordingStarted


class NoRecording(StepForm):
    """The crew mate signs too: with the own password, on this phone."""

    event = core.RecordingRefused
    reason = picked(gettext_lazy("Why is there no recording?"), "no_recording", core.NoRecording)
    note = text(gettext_lazy("What happened"), 2)
    co_signed_by = forms.ChoiceField(
        label=gettext_lazy("Crew mate who signs too"), widget=forms.Select(attrs={"class": "data"})
    )
    password = forms.CharField(
        label=gettext_lazy("The crew mate's password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("The mate reads the note and types it here. It is checked and not kept."),
    )

    def prepare(self) -> None:
        members = self.visit.crew.members.all()
        self.mates = {str(mate.pk): mate for mate in members if mate.pk != reader(self.request).pk}
        give_choices(self, "co_signed_by", [(key, mate.full_name) for key, mate in self.mates.items()])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        mate = self.mates.get(given.get("co_signed_by", ""))
        password = given.pop("password", "")
        if mate and password and authenticate(self.request, username=mate.username, password=password) != mate:
            self.add_error("password", _("This is not the mate's password. Let the mate type it again."))
        return given


class Evidence(StepForm):
    event = core.EvidenceAdded
    evidence = picked(gettext_lazy("What is it?"), "evidence", core.EvidenceKind)
    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=forms.ClearableFileInput(attrs={"accept": "audio/*,video/*,image/*"}),
        help_text=gettext_lazy("Sealed with the customer's key; its hash stands in the record."),
    )

    def content(self) -> dict[str, Any]:
        by = algorithm()
        digest = digest_of(self.bytes(), by)
        return {"evidence": self.cleaned_data["evidence"], "digest": digest, "algorithm": by}

    def bytes(self) -> bytes:
        self.cleaned_data["file"].seek(0)
        return bytes(self.cleaned_data["file"].read())


class Vulnerable(StepForm):
    event = core.VulnerabilityChecked
    signs = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Signs that you saw (leave all empty for none)"),
        choices=lambda: choices("vulnerability"),
        coerce=Vulnerability,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def content(self) -> dict[str, Any]:
        return {"signs": tuple(self.cleaned_data["signs"])}


class InHardship(StepForm):
    event = core.HardshipReported
    hardships = forms.TypedMultipleChoiceField(
        label=gettext_lazy("What has happened?"),
        choices=lambda: choices("reason", *(kind.value for kind in Hardship)),
        coerce=Hardship,
        widget=forms.CheckboxSelectMultiple,
    )
    note = text(gettext_lazy("In the customer's words"), 2, required=False)

    def content(self) -> dict[str, Any]:
        return {"hardships": tuple(self.cleaned_data["hardships"]), "note": self.cleaned_data["note"]}


class Disputed(StepForm):
    event = core.DisputeRaised
    text = text(gettext_lazy("What is disputed"))


class Promised(StepForm):
    event = core.PromiseGiven
    amount = yuan(gettext_lazy("Amount in yuan"))
    due = forms.DateField(label=gettext_lazy("By what day"), widget=DayInput())
    channel = picked(gettext_lazy("How will it be paid?"), "pay_channel", core.PromiseChannel)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        given["amount_fen"] = fen_of(self, "amount", least=1)
        if given.get("due") and given["due"] < business_date():
            self.add_error("due", _("This day is over. Choose today or later."))
        return given

    def content(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("amount_fen", "due", "channel")}


class Delivered(StepForm):
    event = core.DemandDelivered
    paper_no = forms.CharField(label=gettext_lazy("Number of the paper"), max_length=40)
    delivery = picked(gettext_lazy("How was it delivered?"), "delivery", core.Delivery)
    signer = picked(gettext_lazy("Who signed?"), "signer", core.SignerRelation)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        signed = given.get("delivery") is core.Delivery.SIGNED
        if "delivery" in given and "signer" in given and signed == (given["signer"] is core.SignerRelation.NOBODY):
            self.add_error("signer", _("A signed paper names its signer; an unsigned one names nobody."))
        return given


class Noted(StepForm):
    event = core.NoteAdded
    text = text(gettext_lazy("Note"))


class Fled(StepForm):
    """One touch: a note can come later."""

    event = core.LeftForSafety
    note = text(gettext_lazy("What happened (may come later)"), 2, required=False)


class Result(StepForm):
    event = core.OutcomeRecorded
    outcome = chosen(gettext_lazy("Outcome"), "outcome", core.Outcome)
    ability = chosen(gettext_lazy("Ability: can pay, whatever the will"), "ability", core.Ability)
    willingness = chosen(gettext_lazy("Willingness: wants to pay, whatever the means"), "willingness", Willingness)
    reason = chosen(gettext_lazy("Reason for the arrears"), "reason", core.ArrearsReason)
    next_step = text(gettext_lazy("Next step"), 2, required=False)


class OffCalled(StepForm):
    event = core.VisitCalledOff
    reason = picked(gettext_lazy("Why is this visit not made?"), "called_off", core.CalledOff)
    note = text(gettext_lazy("Note"), 2, required=False)


class Closed(StepForm):
    event = core.VisitClosed


FORMS: dict[str, type[StepForm]] = {
    form.kind(): form
    for form in (
        CheckIn,
        Met,
        Identified,
        Recording,
        NoRecording,
        Disclosed,
        Vulnerable,
        InHardship,
        Promised,
        Disputed,
        Delivered,
        Noted,
        Evidence,
        Fled,
        Result,
        CheckOut,
        OffCalled,
        Closed,
    )
}
