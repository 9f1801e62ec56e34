"""The record form as it is keyed in: the fields of the paper, in its order, and the lines that they say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zoufang.core import visits as core
from zoufang.core.compliance import Vulnerability
from zoufang.core.values import BANK_ZONE, Hardship, Message, Willingness, gettext_noop
from zoufang.core.visits import PaperLine
from zoufang.server.pages.day_input import DayInput
from zoufang.server.pages.door_fields import chosen, fen_of, text, yuan
from zoufang.server.pages.listing import give_choices
from zoufang.server.pages.words import choices
from zoufang.server.visiting.models import Visit

NO_MATE = gettext_noop("There was no recording, and the crew mate did not sign why")
HALF_PROMISE = gettext_noop("The promise on the paper lacks its amount, its day or how it will be paid")
HALF_PAPER = gettext_noop(
    "The paper handed over lacks its number, or who signed it does not fit how it was delivered"
)
EMPTY = [("", "–")]
NOT_TICKED = {"ability": "not_assessed", "willingness": "not_assessed", "reason": "not_stated"}


def clock(label: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label, required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )


def optional(label: Any, kind: str, codes: Any) -> forms.TypedChoiceField:
    """One code, or nothing ticked."""
    return forms.TypedChoiceField(
        label=label,
        choices=lambda: [*EMPTY, *choices(kind, *(code.value for code in codes))],
        coerce=codes,
        empty_value=None,
        required=False,
    )


def several(label: Any, kind: str, codes: Any) -> forms.TypedMultipleChoiceField:
    return forms.TypedMultipleChoiceField(
        label=label,
        choices=lambda: choices(kind, *(code.value for code in codes)),
        coerce=codes,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class PaperForm(forms.Form):
    """Nothing is asked that the paper does not ask; what the paper leaves open stays open here."""

    writer = forms.ChoiceField(label=gettext_lazy("Who wrote it"), widget=forms.Select(attrs={"class": "data"}))
    met = optional(gettext_lazy("Who was met"), "role", core.WhoMet)
    met_at = clock(gettext_lazy("Met at"))
    recording = forms.ChoiceField(
        label=gettext_lazy("Recording"),
        required=False,
        choices=[*EMPTY, ("on", gettext_lazy("Started")), ("off", gettext_lazy("No recording"))],
    )
    recording_at = clock(gettext_lazy("Recording at"))
    no_recording = optional(gettext_lazy("Why is there no recording?"), "no_recording", core.NoRecording)
    why_no_recording = text(gettext_lazy("The written note on it"), 2, required=False)
    mate_signed = forms.ChoiceField(
        label=gettext_lazy("Crew mate who signed it"), required=False, widget=forms.Select(attrs={"class": "data"})
    )
    identity = optional(gettext_lazy("How was it checked?"), "identity", core.IdentityMethod)
    passed = forms.ChoiceField(
        label=gettext_lazy("Did the check pass?"),
        required=False,
        choices=[
            *EMPTY,
            ("yes", gettext_lazy("Yes, it is the person")),
            ("no", gettext_lazy("No, or not certain")),
        ],
    )
    identified_at = clock(gettext_lazy("Checked at"))
    told = forms.BooleanField(label=gettext_lazy("Statement of rights and purpose is ticked"), required=False)
    told_at = clock(gettext_lazy("Stated at"))
    no_signs = forms.BooleanField(label=gettext_lazy("No signs of vulnerability is ticked"), required=False)
    signs = several(gettext_lazy("Signs of vulnerability"), "vulnerability", Vulnerability)
    hardships = several(gettext_lazy("Hardship"), "reason", Hardship)
    amount = yuan(gettext_lazy("Promise: amount in yuan"), required=False)
    due = forms.DateField(label=gettext_lazy("Promise: by what day"), required=False, widget=DayInput())
    channel = optional(gettext_lazy("Promise: how will it be paid?"), "pay_channel", core.PromiseChannel)
    dispute = text(gettext_lazy("Dispute, in the words of the paper"), 2, required=False)
    paper_no = forms.CharField(label=gettext_lazy("Paper handed over: number"), max_length=40, required=False)
    delivery = optional(gettext_lazy("Paper handed over: how"), "delivery", core.Delivery)
    signer = optional(gettext_lazy("Paper handed over: who signed"), "signer", core.SignerRelation)
    outcome = optional(gettext_lazy("Outcome"), "outcome", core.Outcome)
    ability = chosen(gettext_lazy("Ability"), "ability", core.Ability, required=False)
    willingness = chosen(gettext_lazy("Willingness"), "willingness", Willingness, required=False)
    reason = chosen(gettext_lazy("Reason for the arrears"), "reason", core.ArrearsReason, required=False)
    note = text(gettext_lazy("Note and next step, word by word"), 3, required=False)
    fled = forms.BooleanField(label=gettext_lazy("Left for safety is ticked"), required=False)
    called_off = optional(gettext_lazy("Not made, because"), "called_off", core.CalledOff)
    called_off_at = clock(gettext_lazy("Given up at"))
    scan = forms.FileField(
        label=gettext_lazy("Scan of the page"),
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
        help_text=gettext_lazy("PDF, JPEG or PNG. Its hash stands in the record; the page itself is sealed."),
    )

    def __init__(self, visit: Visit, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, initial=NOT_TICKED)
        self.visit, self.flags = visit, list[Message]()
        self.crew = list(visit.crew.members.order_by("employee_no"))
        people = [(str(one.pk), one.full_name) for one in self.crew]
        give_choices(self, "writer", people)
        give_choices(self, "mate_signed", [*EMPTY, *people])
        for one in self.crew:
            self.fields[f"arrived_{one.pk}"] = clock(_("%(name)s arrived") % {"name": one.employee_no})
            self.fields[f"left_{one.pk}"] = clock(_("%(name)s left") % {"name": one.employee_no})
        here = [f"{word}_{one.pk}" for one in self.crew for word in ("arrived", "left")]
        self.order_fields(["writer", *here, *(name for name in self.fields if name not in here)])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        arrived = [given.get(f"arrived_{one.pk}") for one in self.crew]
        if not any(arrived) and not (given.get("called_off") and given.get("called_off_at")):
            self.add_error(None, _("A form says when somebody arrived, or that the visit was not made and when."))
        fen_of(self, "amount", least=1)
        return given

    def lines(self) -> list[PaperLine]:
        """In the order of the paper; what cannot be an event becomes a note and a finding."""
        self.flags.clear()
        given = self.cleaned_data
        arrivals = sorted(
            ((given[f"arrived_{one.pk}"], str(one.pk)) for one in self.crew if given.get(f"arrived_{one.pk}")),
        )
        if not arrivals:
            off = {"reason": given["called_off"], "note": given["note"]}
            return [self._line("called_off", given["called_off_at"], **off)]
        lines = [PaperLine("checked_in", who, self._at(at)) for at, who in arrivals]
        lines += [*self._door(given), *self._talk(given), *self._result(given)]
        left = sorted((given[f"left_{one.pk}"], str(one.pk)) for one in self.crew if given.get(f"left_{one.pk}"))
        return [*lines, *(PaperLine("checked_out", who, self._at(at)) for at, who in left)]

    def _door(self, given: dict[str, Any]) -> Iterator[PaperLine]:
        if given["met"]:
            yield self._line("person_met", given["met_at"], who=given["met"])
        if given["recording"] == "on":
            yield self._line("recording_started", given["recording_at"])
        elif given["recording"] == "off":
            yield from self._unrecorded(given)
        if given["identity"] and given["met"]:
            check = {"who": given["met"], "method": given["identity"], "passed": given["passed"] == "yes"}
            yield self._line("person_identified", given["identified_at"], **check)
        if given["told"]:
            yield self._line("disclosure_made", given["told_at"])
        if given["signs"] or given["no_signs"]:
            yield self._line("vulnerability_checked", signs=tuple(given["signs"]))

    def _unrecorded(self, given: dict[str, Any]) -> Iterator[PaperLine]:
        note, mate = given["why_no_recording"].strip(), given["mate_signed"]
        if note and given["no_recording"] and mate and mate != given["writer"]:
            why = {"reason": given["no_recording"], "note": note, "co_signed_by": mate}
            yield self._line("recording_refused", given["recording_at"], **why)
            return
        self.flags.append(Message(NO_MATE))
        if note:
            yield self._line("note_added", given["recording_at"], text=note)

    def _talk(self, given: dict[str, Any]) -> Iterator[PaperLine]:
        if given["hardships"]:
            yield self._line("hardship_reported", hardships=tuple(given["hardships"]))
        if given["dispute"].strip():
            yield self._line("dispute_raised", text=given["dispute"].strip())
        yield from self._promise(given)
        yield from self._paper(given)

    def _promise(self, given: dict[str, Any]) -> Iterator[PaperLine]:
        fen, parts = fen_of(self, "amount", least=1), (given["due"], given["channel"])
        if fen and all(parts):
            yield self._line("promise_given", amount_fen=fen, due=given["due"], channel=given["channel"])
        elif fen or any(parts):
            self.flags.append(Message(HALF_PROMISE))
            said = [given["amount"], given["due"] and given["due"].isoformat(), given["channel"]]
            yield self._line("note_added", text=" ".join(str(one) for one in said if one))

    def _paper(self, given: dict[str, Any]) -> Iterator[PaperLine]:
        number, how = given["paper_no"].strip(), given["delivery"]
        signer = given["signer"] or core.SignerRelation.NOBODY
        fits = (how is core.Delivery.SIGNED) != (signer is core.SignerRelation.NOBODY)
        if number and how and fits:
            yield self._line("demand_delivered", paper_no=number, delivery=how, signer=signer)
        elif number or how:
            self.flags.append(Message(HALF_PAPER))
            yield self._line(
                "note_added", text=" ".join(str(one) for one in (number, how, given["signer"]) if one)
            )

    def _result(self, given: dict[str, Any]) -> Iterator[PaperLine]:
        if given["note"].strip():
            yield self._line("note_added", text=given["note"].strip())
        if given["fled"]:
            yield self._line("left_for_safety", note="")
        if given["outcome"]:
            names = ("outcome", "ability", "willingness", "reason")
            yield self._line("outcome_recorded", **{name: given[name] for name in names if given[name]})

    def _line(self, kind: str, at: time | None = None, **fields: Any) -> PaperLine:
        return PaperLine(kind, self.cleaned_data["writer"], self._at(at) if at else None, fields)

    def _at(self, at: time) -> datetime:
        return datetime.combine(self.visit.day, at, BANK_ZONE)
