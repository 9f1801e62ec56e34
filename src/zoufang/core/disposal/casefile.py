"""What a case file (卷宗) holds and what it lacks, part by part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from zoufang.core.disposal.kinds import Evidence
from zoufang.core.values import Message, gettext_noop


class Held(StrEnum):
    THERE = "there"
    WEAK = "weak"
    MISSING = "missing"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class FilePart:
    """One part of the file as found."""

    part: Evidence
    held: Held
    what: Message


LACKS: dict[Evidence, str] = {
    Evidence.CONTRACT: gettext_noop("No contract number, amount or dates are in the book"),
    Evidence.DISBURSEMENT: gettext_noop("The day or the amount of the payout is not in the book"),
    Evidence.ARREARS: gettext_noop("There are no entries from which the arrears can be computed"),
    Evidence.DEMAND: gettext_noop("No demand notice was made for this loan"),
    Evidence.VISITS: gettext_noop("No visit was made"),
    Evidence.ADDRESS: gettext_noop("No address was confirmed by anybody met there"),
    Evidence.LIMITATION: gettext_noop("Nobody knows when limitation ends"),
    Evidence.GUARANTEES: gettext_noop("Kind or period of a guarantee is not in the book"),
    Evidence.COLLATERAL: gettext_noop("No collateral is in the book though the loan is secured"),
    Evidence.CONTACTS: gettext_noop("No call, message or letter is on record"),
    Evidence.EFFECTIVE_PAPER: gettext_noop("No judgment, award, order or notarial certificate is on record"),
    Evidence.PURSUIT: gettext_noop("No step of pursuit is on record"),
    Evidence.NOTICE: gettext_noop("The debtor was not told of the transfer yet (Civil Code 546)"),
}


def parts_of(asked: Iterable[Evidence], found: Mapping[Evidence, tuple[Held, Message]]) -> tuple[FilePart, ...]:
    """Every part that exists; those that the stage does not ask for are shown as such, never hidden."""
    wanted = frozenset(asked)
    return tuple(_part(one, found.get(one), one in wanted) for one in Evidence)


def missing_parts(parts: Iterable[FilePart]) -> tuple[FilePart, ...]:
    return tuple(one for one in parts if one.held in (Held.MISSING, Held.WEAK))


def _part(part: Evidence, known: tuple[Held, Message] | None, wanted: bool) -> FilePart:
    if known is not None and known[0] is not Held.MISSING:
        return FilePart(part, *known)
    if not wanted:
        return FilePart(part, Held.NOT_ASKED, Message(gettext_noop("This stage does not ask for it")))
    return FilePart(part, Held.MISSING, known[1] if known is not None else Message(LACKS[part]))
