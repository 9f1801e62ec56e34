"""What a contact that goes ahead must record, and what must end it (regulation.md section 3)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from zoufang.core.values import Message, gettext_noop


class RecordCode(StrEnum):
    """Evidence without which a visit cannot be closed."""

    CHECK_IN_OF_TWO = "check_in_of_two"
    CHECK_OUT = "check_out"
    WHO_WAS_MET = "who_was_met"
    IDENTITY_CHECK = "identity_check"
    DISCLOSURE = "disclosure"
    RECORDING_STATE = "recording_state"
    OUTCOME = "outcome"
    DELIVERY = "delivery"
    VULNERABILITY = "vulnerability"


class StopCode(StrEnum):
    """What ends a running visit at once."""

    END_OF_HOURS = "end_of_hours"
    CREW_MATE_LEFT = "crew_mate_left"
    ASKED_TO_LEAVE = "asked_to_leave"
    UNSAFE = "unsafe"
    MINOR_ALONE = "minor_alone"
    VULNERABLE = "vulnerable"
    UNLAWFUL_MEANS = "unlawful_means"


RECORD_TEXTS: dict[RecordCode, str] = {
    RecordCode.CHECK_IN_OF_TWO: gettext_noop("Check-in of both visitors, with position and accuracy"),
    RecordCode.CHECK_OUT: gettext_noop("Check-out of everybody who checked in, with position and time"),
    RecordCode.WHO_WAS_MET: gettext_noop("Who opened or was met, by role"),
    RecordCode.IDENTITY_CHECK: gettext_noop("How the person was identified, and the result"),
    RecordCode.DISCLOSURE: gettext_noop("Whether names, bank, purpose, recording and complaint line were stated"),
    RecordCode.RECORDING_STATE: gettext_noop("The recording, or the coded reason why there is none and a note"),
    RecordCode.OUTCOME: gettext_noop("The outcome code"),
    RecordCode.DELIVERY: gettext_noop("How the paper was delivered, who signed and their relation"),
    RecordCode.VULNERABILITY: gettext_noop("Any sign of vulnerability, by code"),
}

STOP_TEXTS: dict[StopCode, str] = {
    StopCode.END_OF_HOURS: gettext_noop("The contact hours are about to end"),
    StopCode.CREW_MATE_LEFT: gettext_noop("One of the two visitors leaves"),
    StopCode.ASKED_TO_LEAVE: gettext_noop("The customer asks you to leave"),
    StopCode.UNSAFE: gettext_noop("Anyone feels unsafe"),
    StopCode.MINOR_ALONE: gettext_noop("A minor is at home alone"),
    StopCode.VULNERABLE: gettext_noop("Illness, bereavement, late pregnancy or a threat of self-harm"),
    StopCode.UNLAWFUL_MEANS: gettext_noop("Any threat, insult, deceit or disclosure to others"),
}


@dataclass(frozen=True, slots=True)
class Obligation:
    """RECORD: evidence that `rule_id` asks for."""

    code: RecordCode
    rule_id: str

    @property
    def message(self) -> Message:
        return Message(RECORD_TEXTS[self.code])


@dataclass(frozen=True, slots=True)
class StopCondition:
    """STOP: what `rule_id` says must end the visit."""

    code: StopCode
    rule_id: str

    @property
    def message(self) -> Message:
        return Message(STOP_TEXTS[self.code])
