"""What a word from the door sets in motion: a hardship review, an open complaint, another way to be reached."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid5

from zoufang.core.values import Channel
from zoufang.server.audit import services as audit
from zoufang.server.borrower.models import ChannelWish, DoorWord
from zoufang.server.borrower.wishes import keep_wish
from zoufang.server.oversight import services as oversight
from zoufang.server.oversight.models import Complaint, Stop
from zoufang.server.visiting.models import Visit

NAMESPACE = UUID("5b1f6c0e-3f53-4b54-9f7e-70d1f3f7a9c2")


def enter(word: DoorWord, *, told: str, channel: str, on: date, at: datetime) -> None:
    """For the person at whose door the visit was. Repeated it changes nothing; without a visit it waits.

    The gate reads these registers: hardship under review and open complaints pause visits (CN-X5, CN-O5).
    """
    if word.visit is None:
        return
    made: Stop | Complaint | None = None
    if word.kind == DoorWord.Kind.HARDSHIP:
        made = _review(word, word.visit, told, on, at)
    elif word.kind == DoorWord.Kind.COMPLAINT:
        made = _complaint(word, word.visit, told, on, at)
    elif word.kind == DoorWord.Kind.OTHER_TIME and channel:
        key, via = uuid5(NAMESPACE, str(word.pk)), ChannelWish.Via.DOOR
        keep_wish(id=key, party=word.visit.whom, channel=Channel(channel), via=via, on=on, at=at)
    if made is not None:
        audit.record(
            at=at,
            actor="borrower",
            action="door_word_entered",
            subject_kind="party",
            subject_id=made.party_id,
            branch_code=made.branch.code,
            details={"word": str(word.pk), "kind": word.kind, "visit": str(word.visit_id)},
        )


def _review(word: DoorWord, visit: Visit, told: str, on: date, at: datetime) -> Stop:
    return oversight.set_stop(
        id=uuid5(NAMESPACE, str(word.pk)),
        party=visit.whom,
        kind=Stop.Kind.HARDSHIP_REVIEW,
        since=on,
        by=None,
        at=at,
        note=told,
    )


def _complaint(word: DoorWord, visit: Visit, told: str, on: date, at: datetime) -> Complaint:
    return oversight.open_complaint(
        id=uuid5(NAMESPACE, str(word.pk)),
        party=visit.whom,
        about="visit_conduct",
        text=told,
        opened_on=on,
        by=None,
        at=at,
        visit_id=visit.pk,
        channel=Complaint.Channel.VISIT,
    )
