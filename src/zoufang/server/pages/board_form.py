"""The form of the dispatcher's board: one move, whether it was dragged or chosen from lists."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zoufang.core.planning import FIRST, Candidate, Move, PlannedVisit, Put, Swap, TakeOut
from zoufang.core.values import minutes
from zoufang.server.daily.board import Board
from zoufang.server.pages.listing import give_choices

PUT, PIN, OUT, SWAP = "put", "pin", "out", "swap"
AT_FIRST = "first"
DATA = {"class": "data"}
Group = tuple[str, list[tuple[str, str]]]


class MoveForm(forms.Form):
    """Which visit, and where it goes. `move` is what was asked for; `hold` fixes the hour for the next run too."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    customer = forms.ChoiceField(label=gettext_lazy("Visit"), widget=forms.Select(attrs=DATA))
    do = forms.ChoiceField(
        label=gettext_lazy("What to do with it"),
        choices=[
            (PUT, gettext_lazy("Give it to a crew")),
            (PIN, gettext_lazy("Pin it where it stands")),
            (SWAP, gettext_lazy("Swap it with another visit")),
            (OUT, gettext_lazy("Leave it out of this day")),
        ],
    )
    crew = forms.ChoiceField(label=gettext_lazy("Crew"), required=False, widget=forms.Select(attrs=DATA))
    after = forms.ChoiceField(
        label=gettext_lazy("After which stop"), required=False, widget=forms.Select(attrs=DATA)
    )
    arrive = forms.TimeField(
        label=gettext_lazy("Begin at this hour, or up to 15 minutes later"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    other = forms.ChoiceField(label=gettext_lazy("Swap with"), required=False, widget=forms.Select(attrs=DATA))
    hold = forms.BooleanField(
        label=gettext_lazy("When the planner runs again, keep the hour too, not only the crew"),
        required=False,
        initial=True,
    )

    def __init__(self, data: Any, board: Board, day: date) -> None:
        super().__init__(data, initial={"version": board.version, "do": PUT}, auto_id="move_%s")
        self.day, self.plan = day, board.plan
        self.visits = {visit.customer_id: visit for visit in board.plan.visits}
        planned = planned_choices(board)
        nobody: tuple[str, str] = ("", "–")
        give_choices(self, "customer", [*planned, (_("Left out"), left_choices(board))])
        give_choices(self, "crew", [nobody, *((c, board.crew_names.get(c, c)) for c in crew_codes(board))])
        give_choices(
            self, "after", [("", _("Wherever it fits best")), (AT_FIRST, _("As the first stop")), *planned]
        )
        give_choices(self, "other", [nobody, *planned])

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("do") == SWAP and given.get("other", "") in ("", given.get("customer")):
            self.add_error("other", _("Choose another visit to swap with."))
        if given.get("do") in (SWAP, OUT, PIN) and given.get("customer") not in self.visits:
            self.add_error("customer", _("This visit is left out: give it to a crew first."))
        if given.get("do") == PUT:
            behind = self.visits.get(given.get("after", ""))
            given["crew"] = given.get("crew") or (behind.crew_id if behind else "")
            if not given["crew"]:
                self.add_error("crew", _("Choose the crew that is to go."))
        return given

    @property
    def move(self) -> Move:
        given = self.cleaned_data
        if given["do"] == OUT:
            return TakeOut(given["customer"])
        if given["do"] == SWAP:
            return Swap(given["customer"], given["other"])
        if given["do"] == PIN:
            return self._where_it_stands(self.visits[given["customer"]])
        after = {"": None, AT_FIRST: FIRST}.get(given["after"], given["after"])
        arrive = minutes(given["arrive"]) if given["arrive"] else None
        return Put(given["customer"], given["crew"], self.day, after, arrive)

    def _where_it_stands(self, visit: PlannedVisit) -> Put:
        route = self.plan.route(visit.crew_id, visit.day)
        after = route[visit.order - 2].customer_id if visit.order > 1 else FIRST
        return Put(visit.customer_id, visit.crew_id, visit.day, after, visit.start_s // 60)


def crew_codes(board: Board) -> list[str]:
    return sorted(crew.crew_id for crew in board.frame.crews)


def planned_choices(board: Board) -> list[Group]:
    """The stops by crew, in their order."""
    return [
        (board.crew_names.get(code, code), [_planned(board, v) for v in board.plan.visits if v.crew_id == code])
        for code in crew_codes(board)
    ]


def _planned(board: Board, visit: PlannedVisit) -> tuple[str, str]:
    return visit.customer_id, f"{board.number(visit)}. {board.names.get(visit.customer_id, '')} {visit.start_hhmm}"


def left_choices(board: Board) -> list[tuple[str, str]]:
    """Whom the rules would let a crew visit, though nobody does, by name and township."""
    return [(one.customer_id, left_name(board, one)) for one in left_out(board)]


def left_out(board: Board) -> list[Candidate]:
    planned = {visit.customer_id for visit in board.plan.visits}
    free = [c for c in board.frame.candidates if c.customer_id not in planned and c.options and not c.blocked_by]
    return sorted(free, key=lambda c: (not c.required, c.source))


def left_name(board: Board, candidate: Candidate) -> str:
    area = candidate.addresses[0].area if candidate.addresses else ""
    return " · ".join(filter(None, (board.names.get(candidate.customer_id, ""), area)))
