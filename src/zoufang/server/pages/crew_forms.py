"""What a planner may say of a crew: who, from where, when; and who is absent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zoufang.core.planning import Mode
from zoufang.core.values import Datum, Point, TimeWindow, hhmm, minutes
from zoufang.server.pages.day_input import DayInput
from zoufang.server.staff.models import Absence, Branch, User
from zoufang.server.visiting.crews import MOST_OVERTIME, CrewTerms
from zoufang.server.visiting.models import Crew

DATA = {"class": "data"}
USUAL = ("09:00", "18:00")
WORKDAYS = range(1, 6)


def _clock(label: str = "") -> forms.TimeInput:
    """With `label` for readers of screens, where the page shows none beside the field."""
    return forms.TimeInput(format="%H:%M", attrs={"type": "time"} | ({"aria-label": label} if label else {}))


CAR, EBIKE, TRANSIT, FOOT = Mode.CAR, Mode.EBIKE, Mode.TRANSIT, Mode.FOOT
WAYS = [  # what the crew does without a car stands after it
    (f"{CAR},{EBIKE}", gettext_lazy("By car where one is left, else by e-bike")),
    (f"{CAR},{TRANSIT}", gettext_lazy("By car where one is left, else by public transport")),
    (f"{CAR},{FOOT}", gettext_lazy("By car where one is left, else on foot")),
    (f"{CAR}", gettext_lazy("By car only: without one it stays at home")),
    (f"{EBIKE}", gettext_lazy("By e-bike")),
    (f"{TRANSIT}", gettext_lazy("By public transport")),
    (f"{FOOT}", gettext_lazy("On foot")),
]


class OfficersField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: User) -> str:
        return f"{obj} · {obj.branch.name if obj.branch else ''}"


class CrewForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name of the crew"), max_length=40)
    car = forms.CharField(label=gettext_lazy("Car (number plate)"), max_length=12, required=False)
    depot_lat = forms.FloatField(label=gettext_lazy("Depot, latitude"), min_value=-90, max_value=90)
    depot_lon = forms.FloatField(label=gettext_lazy("Depot, longitude"), min_value=-180, max_value=180)
    datum = forms.ChoiceField(
        label=gettext_lazy("Datum of these coordinates"),
        choices=[(datum.value, datum.value) for datum in Datum],
        help_text=gettext_lazy(
            "AMap and Tencent show GCJ-02, Baidu BD-09, a GPS device WGS-84. Kept as WGS-84: the wrong datum puts"
            " the depot hundreds of metres away."
        ),
    )
    modes = forms.ChoiceField(label=gettext_lazy("How the crew goes"), choices=WAYS, required=False)
    overtime_minutes = forms.IntegerField(
        label=gettext_lazy("Overtime allowed, minutes a day"),
        required=False,
        min_value=0,
        max_value=MOST_OVERTIME,
        help_text=gettext_lazy(
            "Labour Law art. 41: after talks with the union and the staff one hour a day as a rule, three at most,"
            " 36 in a month. A budget of overtime keeps the month."
        ),
    )
    overtime_yuan = forms.DecimalField(
        label=gettext_lazy("Price of overtime, yuan an hour for the crew"),
        required=False,
        min_value=0,
        max_value=10_000,
        decimal_places=2,
        help_text=gettext_lazy(
            "On top of the usual rate. The planner uses overtime only where a visit brings more."
        ),
    )
    rest_from = forms.TimeField(label=gettext_lazy("Rest from"), required=False, widget=_clock())
    rest_to = forms.TimeField(label=gettext_lazy("Rest until"), required=False, widget=_clock())

    def __init__(self, data: Any, officers: QuerySet[User], crew: Crew | None = None) -> None:
        super().__init__(data, initial=_initial(crew))
        self.fields["officers"] = OfficersField(
            officers,
            label=_("Officers"),
            widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
            help_text=_("Two at least. Only those who go with no other crew are listed."),
        )
        for number, label in WEEKDAYS.items():
            for end, word in (("from", _("from")), ("to", _("until"))):
                self.fields[f"day{number + 1}_{end}"] = forms.TimeField(
                    label=f"{label} {word}", required=False, widget=_clock(f"{label} {word}")
                )

    @property
    def weekdays(self) -> list[tuple[Any, Any, Any]]:
        """(name, from, until) of each weekday, as the page lays them out."""
        return [(label, self[f"day{n + 1}_from"], self[f"day{n + 1}_to"]) for n, label in WEEKDAYS.items()]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        shifts = {day: self._window(given, f"day{day}_from", f"day{day}_to") for day in range(1, 8)}
        given["shifts"] = {day: window for day, window in shifts.items() if window}
        given["rest"] = self._window(given, "rest_from", "rest_to")
        return given

    def _window(self, given: dict[str, Any], start: str, end: str) -> TimeWindow | None:
        """Both or neither, and the first before the second."""
        a, b = given.get(start), given.get(end)
        if a is None and b is None:
            return None
        if a is None or b is None or a >= b:
            self.add_error(end, _("Enter both times, the earlier one first; or leave both empty."))
            return None
        return TimeWindow(minutes(a), minutes(b))

    def terms(self) -> CrewTerms:
        """BadInput: fewer than two officers, no hours, a rest outside them."""
        given = self.cleaned_data
        return CrewTerms(
            name=given["name"],
            officers=tuple(given["officers"]),
            depot=Point(given["depot_lat"], given["depot_lon"], Datum(given["datum"])),
            shifts=given["shifts"],
            rest=given["rest"],
            car=given["car"],
            modes=tuple(Mode(mode) for mode in (given["modes"] or Mode.CAR).split(",")),
            overtime_minutes=given["overtime_minutes"] or 0,
            overtime_fen_per_minute=round((given["overtime_yuan"] or 0) * 100 / 60),
        )


class NewCrewForm(CrewForm):
    code = forms.SlugField(
        label=gettext_lazy("Code"), max_length=20, help_text=gettext_lazy("Short, unique, never changed.")
    )

    def __init__(self, data: Any, officers: QuerySet[User], branches: QuerySet[Branch]) -> None:
        super().__init__(data, officers)
        self.fields["branch"] = forms.ModelChoiceField(
            branches, label=_("Branch"), empty_label=None, widget=forms.Select(attrs=DATA)
        )


def _initial(crew: Crew | None) -> dict[str, Any]:
    if crew is None:
        usual = {f"day{day}_{end}": USUAL[n] for day in WORKDAYS for n, end in enumerate(("from", "to"))}
        by_car = {"modes": Mode.CAR.value, "overtime_minutes": 0, "overtime_yuan": 0}
        return {"datum": Datum.GCJ02.value, **by_car, **usual}
    days = crew.weekday_shifts or {str(day): [crew.shift_start, crew.shift_end] for day in range(1, 8)}
    hours = {f"day{day}_{end}": hhmm(at[n]) for day, at in days.items() for n, end in enumerate(("from", "to"))}
    rest = {"rest_from": crew.rest_start, "rest_to": crew.rest_end}
    return {
        "name": crew.name,
        "car": crew.car,
        "modes": ",".join(crew.modes) or Mode.CAR.value,
        "overtime_minutes": crew.overtime_minutes,
        "overtime_yuan": (Decimal(crew.overtime_fen_per_minute) * 60 / 100).quantize(Decimal("0.01")),
        "depot_lat": crew.depot_lat,
        "depot_lon": crew.depot_lon,
        "datum": Datum.WGS84.value,
        "officers": list(crew.members.all()),
        **hours,
        **{name: hhmm(at) for name, at in rest.items() if at is not None},
    }


class AbsenceForm(forms.Form):
    since = forms.DateField(label=gettext_lazy("First day"), widget=DayInput())
    until = forms.DateField(label=gettext_lazy("Last day"), widget=DayInput())
    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=Absence.Reason.choices)

    def __init__(self, data: Any, officers: QuerySet[User]) -> None:
        super().__init__(data)
        self.fields["officer"] = forms.ModelChoiceField(
            officers, label=_("Officer"), empty_label=None, widget=forms.Select(attrs=DATA)
        )
        self.order_fields(["officer", "since", "until", "reason"])
