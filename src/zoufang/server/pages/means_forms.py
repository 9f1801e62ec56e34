"""A branch's number of cars, and a budget."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zoufang.server.staff.models import Branch
from zoufang.server.visiting.means import MOST_CARS
from zoufang.server.visiting.models import BranchBudget, Crew

DATA = {"class": "data"}
FEN_A_YUAN = 100


class CarsForm(forms.Form):
    cars = forms.IntegerField(required=False, min_value=0, max_value=MOST_CARS)

    def __init__(self, data: Any, branches: QuerySet[Branch]) -> None:
        super().__init__(data)
        self.fields["branch"] = forms.ModelChoiceField(branches)


class BudgetForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name of the budget"),
        max_length=40,
        help_text=gettext_lazy("Plans tell it where it leaves somebody out."),
    )
    counts = forms.ChoiceField(label=gettext_lazy("What it counts"), choices=BranchBudget.Counts.choices)
    limit = forms.DecimalField(
        label=gettext_lazy("Limit"),
        min_value=0,
        max_value=10**12,
        decimal_places=2,
        help_text=gettext_lazy(
            "Money in yuan; everything else in whole visits, minutes, kilometres or crew days."
        ),
    )
    period = forms.ChoiceField(label=gettext_lazy("In"), choices=BranchBudget.Period.choices)

    def __init__(self, data: Any, branches: QuerySet[Branch], crews: QuerySet[Crew]) -> None:
        super().__init__(data)
        self.fields["branch"] = forms.ModelChoiceField(
            branches, label=_("Branch, with all below it"), empty_label=None, widget=forms.Select(attrs=DATA)
        )
        self.fields["crew"] = forms.ModelChoiceField(
            crews,
            label=_("Crew"),
            required=False,
            empty_label=_("All crews of the branch together"),
            widget=forms.Select(attrs=DATA),
        )
        self.order_fields(["name", "branch", "crew", "counts", "limit", "period"])

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        limit, counts = given.get("limit"), given.get("counts")
        if limit is not None and counts != BranchBudget.Counts.FEN and limit != int(limit):
            self.add_error("limit", _("Enter a whole number; only money has decimals."))
        return given

    def terms(self) -> dict[str, Any]:
        given = self.cleaned_data
        counts = BranchBudget.Counts(given["counts"])
        times = FEN_A_YUAN if counts is BranchBudget.Counts.FEN else 1
        known = {name: given[name] for name in ("name", "branch", "crew")}
        limit = int(Decimal(given["limit"]) * times)
        return known | {"counts": counts, "period": BranchBudget.Period(given["period"]), "limit": limit}
