"""Forms of disposal. What nobody has looked up stays "not known", which shuts the stage."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zoufang.core.compliance import UNKNOWN
from zoufang.core.disposal import CostLine, DateKind, FeeKind, MoneyStep, StageRule, Stated
from zoufang.core.errors import BadInput
from zoufang.core.values import Channel, parse_fen
from zoufang.server.disposal.leave_models import CounselLeave
from zoufang.server.disposal.models import StageStep
from zoufang.server.disposal.running import BY_HAND
from zoufang.server.pages.day_input import DayInput
from zoufang.server.pages.listing import give_choices
from zoufang.server.pages.words import choices
from zoufang.server.staff.clock import business_date
from zoufang.server.staff.ids import new_id

TELLS = [("", _("Not known")), ("yes", _("Yes")), ("no", _("No"))]
STATED = {
    "contract_at_hand": ("contract_at_hand", _("Signed contract and proof of payout at hand")),
    "no_arbitration_clause": ("arbitration_clause", _("Contract has an arbitration clause")),
    "arbitration_agreed": ("arbitration_clause", _("Contract has an arbitration clause")),
    "notarised": ("notarised", _("Notarised with force of execution")),
    "no_counter_debt": ("no_counter_debt", _("Bank and debtor have no other dispute about debts")),
    "assets_found": ("assets_found", _("Assets of the debtor are known")),
    "transfer_permitted": ("transfer_permitted", _("This debt may be transferred")),
    "address_confirmed": ("service_address_agreed", _("The contract agrees an address for service")),
}


class Yuan(forms.CharField):
    """An amount in yuan with at most two decimals; gives whole fen."""

    def __init__(self, **more: Any) -> None:
        super().__init__(max_length=20, widget=forms.TextInput(attrs={"inputmode": "decimal"}), **more)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_fen(text.replace(",", ""))
        except BadInput:
            raise ValidationError(_("Give an amount in yuan, such as 1234.50.")) from None


def _people(form: forms.Form, name: str, people: list[tuple[str, str]]) -> None:
    """Names are data: they stand as they are in either language."""
    give_choices(form, name, people)
    form.fields[name].widget.attrs["class"] = "data"


class WithId(forms.Form):
    id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, **initial: Any) -> None:
        super().__init__(data, initial={"id": new_id(), **initial})


class ProposeForm(WithId):
    """What only the paper file tells is asked as far as the stage asks for it."""

    reason = forms.CharField(label=_("Why this stage"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    owner = forms.ChoiceField(label=_("Owner of the case"))
    claim = Yuan(label=_("Amount claimed (yuan)"))
    body_name = forms.CharField(
        label=_("Court, commission, notary, mediator or buyer"), max_length=60, required=False
    )
    effective_on = forms.DateField(
        label=_("Holds from"), widget=DayInput(), help_text=_("Never before the day of approval.")
    )

    def __init__(self, data: Any, rule: StageRule, owners: list[tuple[str, str]], **initial: Any) -> None:
        super().__init__(data, effective_on=business_date(), **initial)
        _people(self, "owner", owners)
        self.asked: dict[str, Any] = {}
        for one in rule.checks:
            name, label = STATED.get(one.check.value, ("", ""))
            if name and name not in self.asked:
                self.asked[name] = label
                self.fields[name] = forms.ChoiceField(label=label, choices=TELLS, required=False)
        if any(one.check in ("effective_paper", "within_enforcement_time") for one in rule.checks):
            self.asked["effective_on_paper"] = ""
            self.fields["effective_on_paper"] = forms.DateField(
                label=_("The judgment, award or order may be enforced from"), widget=DayInput(), required=False
            )
        self.order_fields([*self.asked, "reason", "claim", "owner", "body_name", "effective_on"])

    def stated(self) -> Stated:
        tells = {"yes": True, "no": False, "": UNKNOWN}
        said: dict[str, Any] = {
            name: tells[self.cleaned_data.get(name) or ""] for name in self.asked if name != "effective_on_paper"
        }
        said["effective_on"] = self.cleaned_data.get("effective_on_paper") or UNKNOWN
        return Stated(**said)


class WhyForm(forms.Form):
    why = forms.CharField(label=_("Reason"), max_length=200)


class StepForm(WithId):
    kind = forms.ChoiceField(label=_("What happened"), choices=[(kind.value, kind.label) for kind in BY_HAND])
    on = forms.DateField(label=_("On"), widget=DayInput())
    case_number = forms.CharField(label=_("Case number"), max_length=60, required=False)
    body_name = forms.CharField(label=_("Court or body"), max_length=60, required=False)
    note = forms.CharField(
        label=_("Note"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, on=business_date())

    def step_kind(self) -> StageStep.Kind:
        return StageStep.Kind(self.cleaned_data["kind"])


class DateForm(WithId):
    kind = forms.ChoiceField(label=_("Which date"))
    on = forms.DateField(label=_("Day"), widget=DayInput())
    time = forms.TimeField(
        label=_("Time"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    place = forms.CharField(label=_("Place"), max_length=60, required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        give_choices(self, "kind", choices("court_date", *(kind.value for kind in DateKind)))

    def minute(self) -> int | None:
        given = self.cleaned_data["time"]
        return None if given is None else given.hour * 60 + given.minute


class MoneyForm(WithId):
    step = forms.ChoiceField(label=_("Direction"))
    kind = forms.ChoiceField(label=_("Kind of cost"))
    amount = Yuan(label=_("Amount (yuan)"))
    on = forms.DateField(label=_("On"), widget=DayInput())
    reference = forms.CharField(label=_("Receipt number"), max_length=60, required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, on=business_date())
        give_choices(self, "step", choices("money_step"))
        give_choices(self, "kind", choices("fee"))

    def line(self) -> CostLine:
        given = self.cleaned_data
        return CostLine(FeeKind(given["kind"]), MoneyStep(given["step"]), given["amount"])


class OwnerForm(forms.Form):
    owner = forms.ChoiceField(label=_("Owner of the case"))

    def __init__(self, data: Any, owners: list[tuple[str, str]]) -> None:
        super().__init__(data)
        _people(self, "owner", owners)


class CloseForm(forms.Form):
    outcome = forms.ChoiceField(label=_("How it ended"))
    on = forms.DateField(label=_("On"), widget=DayInput())
    note = forms.CharField(
        label=_("Note"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, data: Any, rule: StageRule) -> None:
        super().__init__(data, initial={"on": business_date()})
        give_choices(self, "outcome", choices("disposal_outcome", *(one.value for one in rule.outcomes)))


class LeaveForm(WithId):
    whom = forms.ChoiceField(label=_("Whom counsel lets us contact"), choices=CounselLeave.Whom.choices)
    person = forms.ChoiceField(
        label=_("Which person"), required=False, help_text=_("Only for one other person, such as an heir.")
    )
    channels = forms.MultipleChoiceField(label=_("By"), widget=forms.CheckboxSelectMultiple)
    since = forms.DateField(label=_("From"), widget=DayInput())
    until = forms.DateField(label=_("Until"), widget=DayInput())
    counsel = forms.CharField(label=_("Counsel"), max_length=60)
    reference = forms.CharField(label=_("Number of counsel's paper"), max_length=60)
    limits = forms.CharField(
        label=_("What may be said and what not"),
        max_length=200,
        required=False,
        help_text=_("No names: crews read it."),
    )

    def __init__(self, data: Any, people: list[tuple[str, str]]) -> None:
        super().__init__(data, since=business_date())
        nobody = ("", str(pgettext_lazy("no person chosen", "Nobody")))
        _people(self, "person", [nobody, *people])
        give_choices(self, "channels", choices("channel", *(channel.value for channel in Channel)))
