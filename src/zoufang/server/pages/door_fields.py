"""What the forms of the door are made of: big choices, amounts in yuan, and a step that makes one event.

The id stands in the form when it is drawn, so that sending it twice is the same event.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _

from zoufang.core.errors import BadInput
from zoufang.core.values import Point, parse_fen
from zoufang.core.visits import AnyVisitEvent
from zoufang.server.pages.reader import reader
from zoufang.server.pages.words import choices
from zoufang.server.staff.clock import now
from zoufang.server.staff.ids import new_id
from zoufang.server.visiting import queries as visiting
from zoufang.server.visiting.models import Visit

# A device whose clock is a day off tells nothing: the server's time is taken then.
CLOCK_LIMIT = timedelta(days=1)


def picked(label: Any, kind: str, codes: Any, **more: Any) -> forms.TypedChoiceField:
    """A code of the core, one touch each."""
    more.setdefault("widget", forms.RadioSelect)
    return forms.TypedChoiceField(
        label=label, choices=lambda: choices(kind, *(code.value for code in codes)), coerce=codes, **more
    )


def chosen(label: Any, kind: str, codes: Any, **more: Any) -> forms.TypedChoiceField:
    return picked(label, kind, codes, widget=forms.Select, **more)


def text(label: Any, rows: int = 3, **more: Any) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows, "autocomplete": "off"})
    return forms.CharField(label=label, max_length=1000, widget=area, **more)


def yuan(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        **more,
    )


def fen_of(form: forms.Form, name: str, least: int = 0) -> int | None:
    """The amount in a field; an error in place where it is none. Empty is None, never zero."""
    given = form.cleaned_data.get(name) or ""
    if not given.strip():
        return None
    try:
        fen = parse_fen(given)
    except BadInput:
        fen = -1
    if fen < least:
        form.add_error(name, _("Write the amount in yuan, with at most two decimals: 1200 or 1200.50."))
        return None
    return fen


class StepForm(forms.Form):
    """What all steps share. `made` is the event; subclasses name their fields as the event does."""

    event: ClassVar[type[Any]]
    event_id = forms.UUIDField(widget=forms.HiddenInput)
    device_at = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, request: HttpRequest, visit: Visit, data: Any = None, files: Any = None, **initial: Any):
        super().__init__(data, files, initial={"event_id": new_id(), **initial}, auto_id=f"{self.kind()}_%s")
        self.request, self.visit = request, visit
        self.prepare()

    @classmethod
    def kind(cls) -> str:
        return str(cls.event.__dataclass_fields__["kind"].default)

    def prepare(self) -> None:
        """Fill choices that depend on the visit."""

    def content(self) -> dict[str, Any]:
        """The event's own fields."""
        return {k: v for k, v in self.cleaned_data.items() if k not in ("event_id", "device_at")}

    def made(self) -> AnyVisitEvent:
        base = {"id": str(self.cleaned_data["event_id"]), "visit_id": str(self.visit.pk)}
        made: AnyVisitEvent = self.event(**base, by=str(reader(self.request).pk), at=self._at(), **self.content())
        return made

    def _at(self) -> datetime:
        """The device's time; of a repetition without one, the time that is stored; else the server's."""
        here = now()
        try:
            at = datetime.fromisoformat(self.cleaned_data["device_at"])
        except ValueError:
            return visiting.device_time(self.cleaned_data["event_id"]) or here
        return at if at.tzinfo is not None and abs(at - here) < CLOCK_LIMIT else here


class PositionForm(StepForm):
    """Where the device was; nothing where it would not say, which is kept as "not known"."""

    lat = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    lon = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    accuracy_m = forms.FloatField(required=False, min_value=0, widget=forms.HiddenInput)

    def content(self) -> dict[str, Any]:
        lat, lon, accuracy = (self.cleaned_data.get(name) for name in ("lat", "lon", "accuracy_m"))
        if lat is None or lon is None or accuracy is None:
            return {}
        return {"position": Point(lat, lon), "accuracy_m": accuracy}
