"""The codes of the core in the reader's words: one place, so that a thing has one name on every page."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from zoufang.core.values import LANGUAGE_NAMES
from zoufang.server.pages.agency_words import DONE_WITH_AGENCIES, OF_AGENCIES
from zoufang.server.pages.disposal_words import DISPOSAL_TONES, DONE_IN_DISPOSAL, IN_DISPOSAL
from zoufang.server.pages.door_words import AT_THE_DOOR
from zoufang.server.pages.evidence_words import DONE_WITH_EVIDENCE, OF_EVIDENCE
from zoufang.server.pages.field_words import DONE_IN_THE_FIELD
from zoufang.server.pages.oversight_words import IN_OVERSIGHT, TONES_IN_OVERSIGHT

WORDS: dict[str, dict[str, Any]] = {
    **AT_THE_DOOR,
    **IN_OVERSIGHT,
    **OF_AGENCIES,
    **OF_EVIDENCE,
    **IN_DISPOSAL,
    "action": {
        **IN_OVERSIGHT["action"],
        **DONE_IN_DISPOSAL,
        **DONE_WITH_AGENCIES,
        **DONE_WITH_EVIDENCE,
        **DONE_IN_THE_FIELD,
    },
    "party_kind": {"person": _("Natural person"), "sole_trader": _("Sole trader"), "company": _("Company")},
    "role": {
        "debtor": _("Borrower"),
        "co_debtor": _("Co-borrower"),
        "guarantor": _("Guarantor"),
        "legal_rep": _("Legal representative"),
        "controller": _("Actual controller"),
        "heir": _("Heir"),
        "contact": _("Contact person"),
        "spouse": _("Spouse"),
        "adult_relative": _("Adult relative"),
        "neighbour": _("Neighbour"),
        "property_staff": _("Property staff"),
        "committee": _("Village or residents' committee"),
        "employer": _("Employer"),
        "minor": _("Minor"),
        "stranger": _("Stranger"),
        "nobody": _("Nobody"),
    },
    "guarantee": {"ordinary": _("Ordinary guarantee"), "joint": _("Joint and several guarantee")},
    "security": {
        "credit": _("Unsecured"),
        "guarantee": _("Guaranteed"),
        "mortgage": _("Mortgaged"),
        "pledge": _("Pledged"),
    },
    "channel": {"visit": _("Visit"), "call": _("Call"), "sms": _("Text message"), "letter": _("Letter")},
    "purpose": {
        "first_talk": _("First talk"),
        "promise_follow_up": _("Promise follow-up"),
        "serve_demand": _("Serve a demand notice"),
        "guarantor_demand": _("Demand on the guarantor"),
        "collateral_check": _("Collateral check"),
        "address_check": _("Address check"),
        "care_visit": _("Care visit"),
        "write_off_evidence": _("Evidence for a write-off"),
    },
    "address_kind": {
        "home": _("Home"),
        "work": _("Workplace"),
        "premises": _("Business premises"),
        "registered": _("Registered address"),
        "collateral": _("Place of the collateral"),
    },
    "source": {
        "contract": _("Loan contract"),
        "left_by_customer": _("Left by the customer"),
        "authorised": _("Authorised by the customer"),
        "public": _("Public record"),
        "reserved_contact": _("Reserved contact person"),
        "credit_bureau": _("Credit bureau"),
        "": _("Not given by the file"),
    },
    "fact_part": {
        "id": _("Record"),
        "source": _("Source"),
        "sourced_on": _("Known since"),
        "basis": _("Basis"),
        "zone": _("Time zone"),
        "not_here": _("Found to be wrong"),
    },
    "place_level": {
        "province": _("Provinces"),
        "city": _("Cities"),
        "county": _("Counties and districts"),
        "town": _("Townships"),
        "village": _("Villages and communities"),
    },
    "precision": {
        "confirmed": _("Confirmed on the spot"),
        "building": _("To the building"),
        "village": _("To the village"),
        "township": _("To the township"),
        "county": _("To the county"),
        "unplaced": _("Not on the map"),
    },
    "product": {
        "consumer": _("Consumer loan"),
        "business": _("Personal business loan"),
        "mortgage": _("Housing loan"),
        "card": _("Credit card"),
        "auto": _("Car loan"),
        "farm": _("Farmer's loan"),
        "corporate": _("Corporate loan"),
    },
    "five_class": {
        "normal": _("Normal"),
        "special_mention": _("Special mention"),
        "substandard": _("Substandard"),
        "doubtful": _("Doubtful"),
        "loss": _("Loss"),
    },
    "figure": {"given": _("The bank's figure"), "computed": _("Our computation")},
    "offer": {
        "pay_in_full": _("Pay in full"),
        "short_plan": _("Short plan"),
        "instalment_plan": _("Individual instalment plan"),
        "step_up_plan": _("Rising instalments"),
        "interest_first_plan": _("Interest first"),
        "moratorium_plan": _("Deferral, then instalments"),
        "extension_plan": _("Extension"),
        "relief_plan": _("Instalments with relief"),
        "settlement": _("Settlement with a waiver"),
    },
    "rhythm": {"monthly": _("Every month"), "biweekly": _("Every two weeks"), "weekly": _("Every week")},
    "arm": {
        "hold_out": _("Held out"),
        "must_visit": _("Must be visited"),
        "free": _("Free pool"),
        "set_aside": _("Set aside"),
    },
    "outcome": {
        "met": _("Met"),
        "not_home": _("Nobody home"),
        "moved": _("Moved away"),
        "wrong_address": _("Wrong address"),
        "deceased": _("Deceased"),
        "refused": _("Refused to talk"),
        "third_party": _("Third party met"),
        "unsafe": _("Unsafe"),
        "left_for_safety": _("Left for safety"),
    },
    "visit_state": {
        "planned": _("Planned"),
        "arrived": _("Arrived"),
        "identified": _("Identified"),
        "left": _("Left"),
        "closed": _("Closed"),
        "called_off": _("Called off"),
    },
    "ability": {
        "not_assessed": _("Ability not assessed"),
        "none": _("Cannot pay"),
        "part": _("Can pay a part"),
        "instalments": _("Can pay in instalments"),
        "full": _("Can pay in full"),
    },
    "willingness": {
        "not_assessed": _("Willingness not assessed"),
        "refuses": _("Refuses to pay"),
        "reluctant": _("Reluctant"),
        "open": _("Open to talk"),
        "committed": _("Committed"),
    },
    "reason": {
        "job_loss": _("Loss of work"),
        "income_drop": _("Income fell"),
        "illness": _("Illness"),
        "disability": _("Disability"),
        "bereavement": _("Bereavement"),
        "family_event": _("Family event"),
        "family_break_up": _("Family broke up"),
        "business_loss": _("Business made losses"),
        "business_failure": _("Business failed"),
        "cash_flow": _("Short of cash for a while"),
        "over_indebted": _("Too many debts"),
        "disaster": _("Disaster"),
        "fraud_victim": _("Victim of fraud"),
        "forgotten": _("Forgotten"),
        "dispute": _("Disputes the debt"),
        "unwilling": _("Unwilling"),
        "not_stated": _("Not stated"),
        "other": _("Other"),
    },
    "contact_result": {
        "reached": _("Reached"),
        "unanswered": _("No answer"),
        "no_answer": _("No answer"),
        "number_invalid": _("Number not in use"),
        "wrong_number": _("Number not in use"),
        "promised": _("Promised to pay"),
        "refused": _("Refuses to pay"),
        "other": _("Other"),
        "not_met": _("Not met"),
        "sent": _("Sent"),
        "delivered": _("Delivered"),
        "failed": _("Failed"),
    },
    "complaint": {
        "conduct": _("Conduct of staff"),
        "visit_conduct": _("Conduct on a visit"),
        "call_conduct": _("Conduct on a call"),
        "disclosure": _("Disclosed to others"),
        "privacy": _("Privacy"),
        "third_party": _("Third parties contacted"),
        "frequency": _("Too many contacts"),
        "amount": _("Amount disputed"),
        "data": _("Use of personal data"),
        "other": _("Other"),
    },
    "finding": {
        "answered": _("Answered"),
        "upheld": _("Upheld"),
        "partly_upheld": _("Partly upheld"),
        "not_upheld": _("Not upheld"),
        "withdrawn": _("Withdrawn by the customer"),
    },
    "decision": {"allow": _("Allowed"), "warn": _("Needs an override"), "block": _("Blocked")},
    "ledger": {"promise": _("Promise"), "plan": _("Repayment plan"), "visit": _("Visit")},
    "entry": {"payment": _("Payment"), "reversal": _("Reversal")},
    "promise": {
        "open": _("Not judged yet"),
        "kept": _("Kept"),
        "partly_kept": _("Partly kept"),
        "broken": _("Broken"),
    },
    "instalment": {
        "paid": _("Paid"),
        "partly": _("Partly paid"),
        "late": _("Late"),
        "due_soon": _("Due soon"),
        "coming": _("Coming"),
    },
    "certificate": {
        "valid": _("Valid"),
        "lapsing": _("Lapses soon"),
        "expired": _("Lapsed"),
        "none": _("Not certified"),
    },
    "risk": {"": "–", "low": _("Low"), "raised": _("Raised"), "high": _("High")},
    "language": {code.value: _(name) for code, name in LANGUAGE_NAMES.items()},
    "gender": {"female": _("Woman"), "male": _("Man")},
    "mode": {
        "car": _("by car"),
        "ebike": _("by e-bike"),
        "transit": _("by public transport"),
        "foot": _("on foot"),
    },
    "left_out": {
        "refused": _("Refused by a rule"),
        "unplanned": _("No room or not worth the way"),
        "held_out": _("Held out"),
        "dropped": _("Dropped by the planner"),
        "not_due": _("No visit due"),
        "elsewhere": _("Planned on another day"),
    },
}


def word(code: object, kind: str) -> str:
    """The reader's word for a code; a code that has none is shown as it stands, never hidden."""
    return str(WORDS[kind].get(str(code), code))


def choices(kind: str, *codes: str) -> list[tuple[str, str]]:
    """For a form's select: all codes of a kind, or these."""
    return [(code, str(WORDS[kind][code])) for code in codes or WORDS[kind]]


TONES = {
    **DISPOSAL_TONES,
    **TONES_IN_OVERSIGHT,
    "risk": {"low": "green", "raised": "yellow", "high": "red"},
    "outcome": {"met": "green", "refused": "yellow", "unsafe": "red", "left_for_safety": "red"},
    "certificate": {"valid": "green", "lapsing": "yellow", "expired": "red"},
    "bucket": {"M0": "green", "M1": "yellow", "M2": "yellow", "M3": "yellow"},
    "five_class": {"normal": "green", "special_mention": "yellow"},
    "plan": {"performing": "blue", "completed": "green", "awaiting": "yellow", "broken": "red", "rejected": "red"},
    "promise": {"open": "blue", "kept": "green", "partly_kept": "yellow", "broken": "red"},
    "instalment": {
        "paid": "green",
        "partly": "yellow",
        "late": "red",
        "due_soon": "yellow",
        "coming": "secondary",
    },
}
WORST = {"bucket": "red", "five_class": "red"}


def tone(code: object, kind: str) -> str:
    """The badge's tone that repeats what the word says."""
    return TONES[kind].get(str(code), WORST.get(kind, "secondary"))


def contact_outcome(contact: Any) -> str:
    """A code of `contact_result`; a row without one was not answered, or merely sent."""
    if contact.reached:
        return "reached"
    return str(contact.result) or ("unanswered" if contact.channel == "call" else "sent")
