"""Harmless facts, requests and policies: a test states only what matters to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, TypeVar

from zoufang.core.compliance import (
    Attestation,
    ContactData,
    ContactOutcome,
    ContactRequest,
    CrewMember,
    Facts,
    LegalStage,
    Override,
    PastContact,
    PlanState,
    Policy,
    policy_on,
)
from zoufang.core.values import BANK_ZONE, Channel, PartyRole, Purpose, SourceCode
from zoufang.files.policy_packs import shipped_holidays, shipped_packs

TODAY = date(2026, 5, 11)  # a Monday
T = TypeVar("T", bound=Callable[..., Any])


def proves(*rule_ids: str) -> Callable[[T], T]:
    """Marks the test of a rule; the rule table reads these marks."""
    assert rule_ids
    return lambda test: test


@cache
def policy(day: date = TODAY) -> Policy:
    """The shipped packs on `day`."""
    return policy_on(shipped_packs(), day, holidays=shipped_holidays())


def at(clock: str, day: date = TODAY) -> datetime:
    """A Beijing time on `day`."""
    return datetime.fromisoformat(f"{day.isoformat()}T{clock}").replace(tzinfo=BANK_ZONE)


def address(**changes: Any) -> ContactData:
    plain = ContactData("addr-1", SourceCode.CONTRACT, date(2024, 3, 1), "loan contract 88-12, clause 2")
    return replace(plain, **changes)


def phone(**changes: Any) -> ContactData:
    plain = ContactData("phone-1", SourceCode.CONTRACT, date(2024, 3, 1), "loan contract 88-12, clause 2")
    return replace(plain, **changes)


def a_contact(days_ago: int = 3, clock: str = "10:00", **changes: Any) -> PastContact:
    """A talk by phone with the debtor."""
    plain = PastContact(
        at(clock, TODAY - timedelta(days=days_ago)),
        Channel.CALL,
        "wang",
        PartyRole.DEBTOR,
        ContactOutcome.REACHED,
        "phone-1",
    )
    return replace(plain, **changes)


def a_past_visit(days_ago: int, **changes: Any) -> PastContact:
    return a_contact(days_ago, channel=Channel.VISIT, outcome=ContactOutcome.NOT_MET, phone_id="", **changes)


def facts(**changes: Any) -> Facts:
    """A debtor of whom everything is known and nothing stands against a visit."""
    harmless: dict[str, Any] = {
        "customer_id": "C-1",
        "source_file": "book.xlsx",
        "deceased": False,
        "target_deceased": False,
        "target_lacks_capacity": False,
        "debtor_is_company": False,
        "minor": False,
        "lacks_capacity": False,
        "represented": False,
        "vulnerabilities": (),
        "quiet_days": (),
        "contact_refused": False,
        "complaint_open": False,
        "dispute_open": False,
        "plan_state": PlanState.NONE,
        "hardship_review": False,
        "legal_stage": LegalStage.NONE,
        "transferred": False,
        "limitation_ends": date(2029, 1, 1),
        "guarantees": (),
        "contacts": (a_contact(),),
        "contact_log_from": date(2026, 1, 1),
        "debtor_phones": ("phone-1",),
        "do_not_visit": False,
        "address": address(),
        "phone": phone(),
    }
    return Facts(**(harmless | changes))


def a_request(**changes: Any) -> ContactRequest:
    """A first talk with the debtor, today or tomorrow."""
    plain: dict[str, Any] = {
        "customer_id": "C-1",
        "channel": Channel.VISIT,
        "purpose": Purpose.FIRST_TALK,
        "target_id": "wang",
        "target_role": PartyRole.DEBTOR,
        "days": (TODAY, TODAY + timedelta(days=1)),
    }
    return ContactRequest(**(plain | changes))


def planned(start: str, end: str, **changes: Any) -> ContactRequest:
    """Planned for today at these Beijing times."""
    return a_request(starts=at(start), ends=at(end), **changes)


def a_call(start: str = "10:00", end: str = "10:05", **changes: Any) -> ContactRequest:
    return planned(start, end, channel=Channel.CALL, **changes)


def override(*rule_ids: str) -> Override:
    return Override("supervisor-1", "agreed with the customer by phone", at("09:00"), rule_ids)


def attested(fact: str, **changes: Any) -> Attestation:
    plain = Attestation(
        fact, "register of the branch, checked", "book.xlsx", ("officer-1", "officer-2"), TODAY, date(2026, 12, 31)
    )
    return replace(plain, **changes)


def a_visitor(officer_id: str = "officer-1", **changes: Any) -> CrewMember:
    plain = CrewMember(officer_id, date(2026, 12, 31), is_employee=True, training=())
    return replace(plain, **changes)
