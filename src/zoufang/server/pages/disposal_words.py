"""The words of disposal: checks, steps of the file, fees, dates and outcomes."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zoufang.core.values import gettext_noop

IN_DISPOSAL: dict[str, dict[str, Any]] = {
    "entry_check": {
        "amount": _("Enough is owed"),
        "not_expired": _("Limitation has not ended"),
        "demanded": _("Demanded with proof"),
        "address_confirmed": _("Papers can be served"),
        "alive": _("The debtor lives"),
        "no_dispute": _("Not disputed"),
        "no_complaint": _("No complaint open"),
        "no_plan": _("No plan being kept"),
        "hardship_reviewed": _("Hardship looked at"),
        "no_hold": _("No hold"),
        "not_transferred": _("Still the bank's debt"),
        "no_counter_debt": _("No debt the other way"),
        "contract_at_hand": _("Contract at hand"),
        "arbitration_agreed": _("Arbitration agreed"),
        "no_arbitration_clause": _("No arbitration clause"),
        "notarised": _("Notarised for execution"),
        "effective_paper": _("A paper to enforce"),
        "within_enforcement_time": _("Within two years"),
        "assets_found": _("Assets known"),
        "days_past_due": _("Long overdue"),
        "classed_low": _("Classed doubtful or loss"),
        "pursued": _("Pursued long enough"),
        "transfer_permitted": _("May be sold"),
    },
    "check_answer": {"pass": _("Passes"), "fail": _("Fails"), "unknown": _("Not known")},
    "fee": {
        "court": _("Court fee"),
        "payment_order": _("Fee of the payment order"),
        "preservation": _("Fee of preservation"),
        "security": _("Security for preservation"),
        "arbitration": _("Arbitration fee"),
        "notary": _("Notary's fee"),
        "enforcement": _("Fee of enforcement"),
        "lawyer": _("Lawyer"),
        "publication": _("Public notice"),
        "appraisal": _("Appraisal"),
        "other": pgettext_lazy("kind of cost", "Other cost"),
    },
    "money_step": {"advanced": _("Paid in advance"), "returned": _("Came back")},
    "court_date": {
        "file_by": _("File by"),
        "hearing": _("Hearing"),
        "mediation": _("Mediation"),
        "evidence_by": _("Evidence by"),
        "appeal_by": _("Appeal by"),
        "objection_by": _("Objection by"),
        "sue_by": _("Sue by"),
        "renew_by": _("Renew by"),
        "apply_by": _("Apply by"),
        "auction": _("Auction"),
        "review": _("Look at it again"),
        "handover": _("Hand over"),
        "other": pgettext_lazy("kind of date", "Other date"),
    },
    "disposal_outcome": {
        "paid": _("Paid"),
        "settled": _("Settled"),
        "ordered": _("Decided for the bank"),
        "rejected": _("Rejected"),
        "withdrawn": _("Withdrawn"),
        "nothing_found": _("Nothing found"),
        "secured": _("Property secured"),
        "done": _("Done"),
    },
    "contact_effect": {
        "by_leave": _("Contact only by counsel's leave (CN-X6)"),
        "stops": _("No contact on any channel (CN-X7)"),
        "under_rule": _("Contact goes on under the same rules"),
    },
    "case_part": {
        "contract": _("Contract"),
        "disbursement": _("Payout"),
        "arrears": _("Arrears computed"),
        "demand": _("Demand notices"),
        "visits": _("Visit records"),
        "address": _("Address confirmed"),
        "limitation": _("Limitation"),
        "guarantees": _("Guarantees"),
        "collateral": _("Collateral"),
        "contacts": _("Calls and messages"),
        "effective_paper": _("Judgment or order"),
        "pursuit": _("Pursuit"),
        "notice": _("Notice of transfer"),
    },
    "case_held": {
        "there": _("There"),
        "weak": _("Weak"),
        "missing": _("Missing"),
        "not_asked": _("Not asked"),
    },
    "pursuit": {
        "call": _("Call"),
        "message": _("Text message"),
        "letter": _("Letter"),
        "visit": _("Visit"),
        "paper": _("Paper"),
        "plan": _("Repayment plan"),
        "legal": _("Legal step"),
        "payment": _("Payment"),
    },
}
DISPOSAL_TONES = {
    "check_answer": {"pass": "green", "fail": "red", "unknown": "yellow"},
    "case_held": {"there": "green", "weak": "yellow", "missing": "red", "not_asked": "secondary"},
    "disposal_outcome": {
        "paid": "green",
        "settled": "green",
        "ordered": "green",
        "secured": "green",
        "done": "blue",
    },
}
# Codes that stand in sentences of the core and are translated there.
SAID_OF_CASES = (
    gettext_noop("normal"),
    gettext_noop("special mention"),
    gettext_noop("substandard"),
    gettext_noop("doubtful"),
    gettext_noop("loss"),
    gettext_noop("write off"),
    gettext_noop("payment order"),
    gettext_noop("transfer"),
)
