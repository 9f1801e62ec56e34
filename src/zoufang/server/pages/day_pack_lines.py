"""A crew's day pack as its print has it, in the language that is active."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from zoufang.core import visits as core
from zoufang.core.compliance import Vulnerability
from zoufang.core.values import Hardship, PartyRole, Willingness
from zoufang.files.day_pack_pdf import Choices, DayPackSheets, RecordForm
from zoufang.server.daily.brief import brief_of
from zoufang.server.pages.day_sheet_lines import sheet_of
from zoufang.server.pages.plan_sheet import CrewPart
from zoufang.server.pages.templatetags.zoufang import said
from zoufang.server.pages.words import word
from zoufang.server.papers.models import KINDS
from zoufang.server.staff.models import User
from zoufang.server.visiting.events import record_of
from zoufang.server.visiting.models import PlannedStop


def sheets_of(part: CrewPart, numbers: Sequence[str], *, serial: str, by: User, at: datetime) -> DayPackSheets:
    """`part` holds the stops that go on paper, one number each; results go on the forms, not beside the names."""
    sheet = sheet_of(part, in_clear=True, serial=serial, by=by, at=at)
    sheet = replace(sheet, door=replace(sheet.door, outcomes=()))
    forms = tuple(_form(stop, number) for stop, number in zip(part.stops, numbers, strict=True))
    return DayPackSheets(sheet, forms, choices_to_tick())


def _form(stop: PlannedStop, number: str) -> RecordForm:
    """By number only: the script of this purpose and role, and the papers that lie ready in their envelopes."""
    visit = stop.visit
    visit.opened(visit.address)
    script = brief_of(visit, record_of(visit), visit.day).script
    everywhere = core.at_every_door()
    return RecordForm(
        no=number,
        stop=stop.number,
        arrive=f"{stop.arrive // 60:02d}:{stop.arrive % 60:02d}",
        purpose=word(stop.purpose, "purpose"),
        role=word(stop.target_role, "role") if stop.target_id else "",
        say=tuple(said(text) for text in script.say if text not in everywhere.say),
        never=tuple(said(text) for text in script.not_say if text not in everywhere.not_say),
        papers=tuple(f"{paper.number} {KINDS[core.PaperKind(paper.kind)]}" for paper in visit.papers.all()),
        debt_may_be_spoken_of=bool(core.may_hear(PartyRole(stop.target_role))),
    )


def choices_to_tick() -> Choices:
    """Who is identified on paper shows a document: no last digits and no phone numbers are printed."""
    return Choices(
        met=_words("role", core.WhoMet),
        identity=(word(core.IdentityMethod.ID_SHOWN, "identity"),),
        no_recording=_words("no_recording", core.NoRecording),
        signs=_words("vulnerability", Vulnerability),
        hardships=_words("reason", Hardship),
        channels=_words("pay_channel", core.PromiseChannel),
        deliveries=_words("delivery", core.Delivery),
        signers=tuple(word(one, "signer") for one in core.SignerRelation if one is not core.SignerRelation.NOBODY),
        outcomes=tuple(word(one, "outcome") for one in core.Outcome if one is not core.Outcome.LEFT_FOR_SAFETY),
        abilities=_words("ability", core.Ability),
        willingness=_words("willingness", Willingness),
        reasons=_words("reason", core.ArrearsReason),
        called_off=_words("called_off", core.CalledOff),
    )


def _words(kind: str, codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(word(code, kind) for code in codes)
