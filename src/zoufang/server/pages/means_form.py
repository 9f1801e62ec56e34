"""The statement of means as asked at the door. Empty is "not known", which is never read as zero."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zoufang.core.repayment import Certainty, IncomeRhythm, IncomeSource, MeansStatement, OtherDebt
from zoufang.core.values import Hardship, Willingness
from zoufang.server.pages.door_fields import chosen, fen_of, yuan
from zoufang.server.pages.door_words import INCOMES
from zoufang.server.pages.listing import give_choices
from zoufang.server.pages.words import choices
from zoufang.server.staff.clock import business_date
from zoufang.server.staff.ids import new_id
from zoufang.server.visiting.models import Visit

INCOME_ROWS, DEBT_ROWS = 3, 2
NOT_KNOWN = gettext_lazy("don't know")
KNOWN = [
    ("listed", gettext_lazy("Yes, as listed here")),
    ("none", gettext_lazy("None at all")),
    ("unknown", gettext_lazy("Don't know, or would not say")),
]


def amount(label: Any) -> forms.CharField:
    field = yuan(label, required=False)
    field.widget.attrs["placeholder"] = NOT_KNOWN
    return field


class MeansForm(forms.Form):
    """Rows are numbered fields (`kind_0`, `amount_0` ...), so that the page works without scripts."""

    statement_id = forms.UUIDField(widget=forms.HiddenInput)
    proposal_id = forms.UUIDField(widget=forms.HiddenInput)
    household = forms.IntegerField(
        label=gettext_lazy("People in the household, the customer too"),
        required=False,
        min_value=1,
        max_value=30,
        widget=forms.NumberInput(attrs={"placeholder": NOT_KNOWN, "inputmode": "numeric"}),
    )
    income_known = forms.ChoiceField(
        label=gettext_lazy("Is there income?"), choices=KNOWN, widget=forms.RadioSelect
    )
    spending = amount(gettext_lazy("Essential spending a month (food, rent, school, medicine)"))
    debts_known = forms.ChoiceField(
        label=gettext_lazy("Are other debts paid each month?"), choices=KNOWN, widget=forms.RadioSelect
    )
    lump = amount(gettext_lazy("Money at hand that could be paid at once"))
    pay_day = forms.IntegerField(
        label=gettext_lazy("Day of the month on which pay comes"),
        required=False,
        min_value=1,
        max_value=31,
        widget=forms.NumberInput(attrs={"placeholder": NOT_KNOWN, "inputmode": "numeric"}),
    )
    hardship = forms.ChoiceField(label=gettext_lazy("Hardship"), required=False)
    willingness = chosen(gettext_lazy("Willingness: wants to pay, whatever the means"), "willingness", Willingness)

    def __init__(self, visit: Visit, data: Any = None, **initial: Any) -> None:
        super().__init__(
            data, initial={"statement_id": new_id(), "proposal_id": new_id(), **initial}, auto_id="means_%s"
        )
        self.visit = visit
        none = [("", _("None told"))]
        give_choices(self, "hardship", none + choices("reason", *(kind.value for kind in Hardship)))
        for row in range(INCOME_ROWS):
            self._income_row(row)
        for row in range(DEBT_ROWS):
            self.fields[f"creditor_{row}"] = forms.CharField(label=_("To whom"), max_length=40, required=False)
            self.fields[f"monthly_{row}"] = amount(_("Paid a month"))

    def _income_row(self, row: int) -> None:
        kinds = [("", _("None")), *choices("income")]
        self.fields[f"kind_{row}"] = forms.ChoiceField(label=_("Income from"), choices=kinds, required=False)
        self.fields[f"amount_{row}"] = amount(_("A month, on average"))
        rhythms, proofs = choices("income_rhythm"), choices("certainty")
        self.fields[f"rhythm_{row}"] = forms.ChoiceField(
            label=_("How often it comes"), choices=rhythms, required=False
        )
        self.fields[f"certainty_{row}"] = forms.ChoiceField(
            label=_("How sure it is"), choices=proofs, required=False, initial=Certainty.STATED.value
        )

    def incomes(self) -> list[list[forms.BoundField]]:
        names = ("kind", "amount", "rhythm", "certainty")
        return [[self[f"{name}_{row}"] for name in names] for row in range(INCOME_ROWS)]

    def debts(self) -> list[list[forms.BoundField]]:
        return [[self[f"creditor_{row}"], self[f"monthly_{row}"]] for row in range(DEBT_ROWS)]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name in (
            "spending",
            "lump",
            *(f"amount_{r}" for r in range(INCOME_ROWS)),
            *(f"monthly_{r}" for r in range(DEBT_ROWS)),
        ):
            given[f"{name}_fen"] = fen_of(self, name)
        if given.get("income_known") == "listed" and not any(given.get(f"kind_{r}") for r in range(INCOME_ROWS)):
            self.add_error("income_known", _("Name at least one income, or choose another answer."))
        if given.get("debts_known") == "listed" and not any(given.get(f"creditor_{r}") for r in range(DEBT_ROWS)):
            self.add_error("debts_known", _("Name at least one creditor, or choose another answer."))
        return given

    def means(self) -> MeansStatement:
        given = self.cleaned_data
        return MeansStatement(
            taken_on=business_date(),
            district=self.visit.address.county or "*",
            household_size=given["household"],
            income=_answered(given["income_known"], self._incomes()),
            spending_fen=given["spending_fen"],
            other_debts=_answered(given["debts_known"], self._debts()),
            lump_fen=given["lump_fen"],
            pay_day=given["pay_day"],
            hardship=Hardship(given["hardship"]) if given["hardship"] else None,
            willingness=given["willingness"],
        )

    def _incomes(self) -> tuple[IncomeSource, ...]:
        given = self.cleaned_data
        return tuple(
            IncomeSource(
                kind=INCOMES[given[f"kind_{row}"]],
                amount_fen=given[f"amount_{row}_fen"],
                rhythm=IncomeRhythm(given[f"rhythm_{row}"] or IncomeRhythm.MONTHLY),
                certainty=Certainty(given[f"certainty_{row}"] or Certainty.STATED),
            )
            for row in range(INCOME_ROWS)
            if given[f"kind_{row}"]
        )

    def _debts(self) -> tuple[OtherDebt, ...]:
        given = self.cleaned_data
        rows = (row for row in range(DEBT_ROWS) if given[f"creditor_{row}"])
        return tuple(OtherDebt(given[f"creditor_{row}"], given[f"monthly_{row}_fen"]) for row in rows)


def _answered(word: str, listed: tuple[Any, ...]) -> tuple[Any, ...] | None:
    return None if word == "unknown" else listed if word == "listed" else ()
