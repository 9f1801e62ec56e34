"""How often: counted per debtor over all loans, channels, numbers and agencies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from zoufang.core.compliance.case import Case, rule
from zoufang.core.compliance.contact_log import calls_on, remote_contacts, visits_before, visits_within
from zoufang.core.compliance.facts import ContactOutcome
from zoufang.core.compliance.unknown import UNKNOWN
from zoufang.core.values import Finding, gettext_noop

FREQUENCY_STEPS = ((1, "per_day"), (7, "per_7_days"), (30, "per_30_days"))


def log_is_short(case: Case, days: int) -> bool:
    """Whether the contact log does not reach back over the `days` that end with the day judged."""
    since = case.facts.contact_log_from
    return since is UNKNOWN or since > case.day - timedelta(days=days - 1)


@rule("CN-F1", numbers=("calls_per_day",), of_day=True)
def effective_calls_a_day(case: Case) -> Iterator[Finding]:
    """At most 3 effective calls a day that the bank starts, AI voice included (GB/T 45251-2025)."""
    if log_is_short(case, 1):
        yield case.unknown("contact_log_from")
    effective = [c for c in calls_on(case.facts, case.day) if c.outcome is ContactOutcome.REACHED]
    if len(effective) >= case.number("calls_per_day"):
        yield case.breach(
            gettext_noop("%(made)s effective calls on %(day)s; %(most)s a day are the most"),
            made=len(effective),
            day=case.day,
            most=case.number("calls_per_day"),
        )


@rule("CN-F2", numbers=("dials_per_day",), of_day=True)
def dials_to_one_number_a_day(case: Case) -> Iterator[Finding]:
    """At most 6 dial attempts a day to one number (CBA guidance of 2026-01-30)."""
    if log_is_short(case, 1):
        yield case.unknown("contact_log_from")
    number = case.facts.phone.id if case.facts.phone else ""
    dials = [c for c in calls_on(case.facts, case.day) if c.phone_id == number]
    if len(dials) >= case.number("dials_per_day"):
        yield case.breach(
            gettext_noop("%(made)s dials to this number on %(day)s; %(most)s a day are the most"),
            made=len(dials),
            day=case.day,
            most=case.number("dials_per_day"),
        )


@rule("CN-F3", numbers=("per_day", "per_7_days", "per_30_days"), of_day=True)
def visits_not_too_often(case: Case) -> Iterator[Finding]:
    """The bank's own limits on visits, per debtor and per person: a warning at the limit, a block at twice it."""
    if log_is_short(case, 30):
        yield case.unknown("contact_log_from")
    for days, name in FREQUENCY_STEPS:
        made, most = visits_within(case.request, case.facts, case.day, days), case.number(name)
        if made < most:
            continue
        say = case.block if made >= 2 * most else case.breach
        yield say(
            gettext_noop("%(made)s visits in the %(days)s days to %(day)s; the limit is %(most)s"),
            made=made,
            days=days,
            day=case.day,
            most=most,
        )


@rule("CN-F3", numbers=("reached_before_visit", "failed_before_visit"))
def remote_contact_comes_first(case: Case) -> Iterator[Finding]:
    """Before a first visit: one successful, or three failed, contacts by call, message or letter (bank policy)."""
    good, bad = remote_contacts(case.request, case.facts, case.day)
    tried = good >= case.number("reached_before_visit") or bad >= case.number("failed_before_visit")
    if tried or visits_before(case.request, case.facts, case.day):
        return
    if case.facts.contact_log_from is UNKNOWN:
        yield case.unknown("contact_log_from")
    else:
        yield case.breach(
            gettext_noop("No remote contact yet: %(good)s successful, %(bad)s failed. Call or write first."),
            good=good,
            bad=bad,
        )
