"""The words in which visitors record what they found: codes, so that they can be counted and compared."""

from __future__ import annotations

from enum import StrEnum

from zoufang.core.values import PartyRole


class Outcome(StrEnum):
    MET = "met"
    NOT_HOME = "not_home"
    MOVED = "moved"
    WRONG_ADDRESS = "wrong_address"
    DECEASED = "deceased"
    REFUSED = "refused"
    THIRD_PARTY = "third_party"
    UNSAFE = "unsafe"
    LEFT_FOR_SAFETY = "left_for_safety"


class WhoMet(StrEnum):
    DEBTOR = "debtor"
    CO_DEBTOR = "co_debtor"
    GUARANTOR = "guarantor"
    LEGAL_REP = "legal_rep"
    CONTROLLER = "controller"
    HEIR = "heir"
    SPOUSE = "spouse"
    ADULT_RELATIVE = "adult_relative"
    NEIGHBOUR = "neighbour"
    PROPERTY_STAFF = "property_staff"
    COMMITTEE = "committee"  # 村（居）委会
    EMPLOYER = "employer"
    MINOR = "minor"
    STRANGER = "stranger"
    NOBODY = "nobody"


# To whom the debt may be spoken of, once identified: on a visit to the borrower also to a co-borrower or to who
# speaks for them, on any other to the very person whom the visit is for. Everybody else hears nothing of it.
_HEARS: dict[PartyRole, frozenset[WhoMet]] = {
    PartyRole.DEBTOR: frozenset({WhoMet.DEBTOR, WhoMet.CO_DEBTOR, WhoMet.LEGAL_REP, WhoMet.CONTROLLER}),
    PartyRole.CO_DEBTOR: frozenset({WhoMet.CO_DEBTOR}),
    PartyRole.GUARANTOR: frozenset({WhoMet.GUARANTOR}),
    PartyRole.LEGAL_REP: frozenset({WhoMet.LEGAL_REP}),
    PartyRole.CONTROLLER: frozenset({WhoMet.CONTROLLER}),
    PartyRole.HEIR: frozenset({WhoMet.HEIR}),
}
LIABLE = frozenset().union(*_HEARS.values())
# Who may promise, or agree on a plan, for the borrower's debt. A guarantor or heir answers for it in other ways.
MAY_PROMISE = frozenset({PartyRole.DEBTOR, PartyRole.CO_DEBTOR, PartyRole.LEGAL_REP, PartyRole.CONTROLLER})


def may_hear(target_role: PartyRole) -> frozenset[WhoMet]:
    """Who, once identified, hears of the debt on a visit to somebody of this role."""
    return _HEARS.get(target_role, frozenset())


class IdentityMethod(StrEnum):
    """Full name and one more check; the full number is never read out."""

    NAME_AND_ID_TAIL = "name_and_id_tail"
    NAME_AND_PHONE = "name_and_phone"
    ID_SHOWN = "id_shown"


class Ability(StrEnum):
    """Can pay, whatever the will."""

    NOT_ASSESSED = "not_assessed"
    NONE = "none"
    PART = "part"
    INSTALMENTS = "instalments"
    FULL = "full"


class ArrearsReason(StrEnum):
    JOB_LOSS = "job_loss"
    INCOME_DROP = "income_drop"
    ILLNESS = "illness"
    FAMILY_EVENT = "family_event"
    BUSINESS_LOSS = "business_loss"
    CASH_FLOW = "cash_flow"
    OVER_INDEBTED = "over_indebted"
    DISASTER = "disaster"
    FORGOTTEN = "forgotten"
    DISPUTE = "dispute"
    UNWILLING = "unwilling"
    NOT_STATED = "not_stated"
    OTHER = "other"


class NoRecording(StrEnum):
    CUSTOMER_REFUSED = "customer_refused"
    DEVICE_FAILED = "device_failed"
    PLACE_FORBIDS = "place_forbids"


class EvidenceKind(StrEnum):
    AUDIO = "audio"
    VIDEO = "video"
    DOOR_PHOTO = "door_photo"
    SIGNATURE = "signature"
    PAPER = "paper"


class Delivery(StrEnum):
    SIGNED = "signed"
    SIGNATURE_REFUSED = "signature_refused"
    LEFT_SEALED = "left_sealed"
    TO_BE_SENT = "to_be_sent"  # by EMS with the content named


class SignerRelation(StrEnum):
    SELF = "self"
    CO_RESIDENT_ADULT_RELATIVE = "co_resident_adult_relative"
    AUTHORISED = "authorised"
    NOBODY = "nobody"


class CalledOff(StrEnum):
    """Why a planned visit was not made. A visitor who refuses for safety is never penalised."""

    SAFETY = "safety"
    WEATHER = "weather"
    TIME = "time"
    CUSTOMER_ASKED = "customer_asked"
    STOP_IN_FORCE = "stop_in_force"


class PromiseChannel(StrEnum):
    """The bank's own channels only: visitors take no cash and no private transfer."""

    AUTO_DEBIT = "auto_debit"
    BANK_APP = "bank_app"
    COUNTER = "counter"
    TRANSFER_TO_BANK = "transfer_to_bank"
