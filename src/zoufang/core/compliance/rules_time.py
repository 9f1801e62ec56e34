"""On which days and at which hours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from zoufang.core.compliance.case import Case, rule
from zoufang.core.compliance.contact_log import visits_before
from zoufang.core.compliance.facts import Facts
from zoufang.core.compliance.policy import Policy
from zoufang.core.compliance.request import ContactRequest
from zoufang.core.compliance.unknown import known
from zoufang.core.values import Channel, Finding, TimeWindow, gettext_noop

WHOLE_DAY = TimeWindow(0, 24 * 60)
# Which rule states the hours of contact; and where the party's own consent may widen them (RBI: nowhere said).
HOURS_OF = {"CN": "CN-T1", "US": "US-1", "UK": "UK-3", "IN": "IN-1"}
CONSENT_WIDENS = frozenset({"CN", "US", "UK"})


@rule("CN-T1", numbers=("from", "until"), of_day=True)
def within_contact_hours(case: Case) -> Iterator[Finding]:
    """No collection from 22:00 to 08:00 where the customer is, the planned end included, save by stored consent.

    GB/T 45251-2025; CBA guidance of 2026-01-30.
    """
    open_at = lawful_windows(case.request, case.facts, case.policy, case.day)
    if case.window and not any(window.covers(case.window) for window in open_at):
        yield case.breach(
            gettext_noop("%(planned)s on %(day)s leaves the contact hours %(hours)s"),
            planned=str(case.window),
            day=case.day,
            hours=str(open_at[0]),
        )


@rule("CN-T2", numbers=("from", "until"), of_day=True)
def first_visit_in_daytime(case: Case) -> Iterator[Finding]:
    """A first visit keeps the bank's narrower hours (bank policy)."""
    hours = TimeWindow(case.number("from"), case.number("until"))
    first = not visits_before(case.request, case.facts, case.day)
    if case.window and not hours.covers(case.window) and first:
        yield case.breach(
            gettext_noop("%(planned)s leaves the hours of a first visit, %(hours)s"),
            planned=str(case.window),
            hours=str(hours),
        )


@rule("CN-T2", of_day=True)
def not_at_spring_festival(case: Case) -> Iterator[Finding]:
    """Nothing from Spring Festival eve to its third day (bank policy)."""
    year = case.policy.holidays.year_of(case.day)
    if year and case.day in year.spring_festival:
        yield case.breach(gettext_noop("%(day)s falls in the Spring Festival days"), day=case.day)


@rule("CN-T2", needs=("quiet_days",), of_day=True)
def not_on_quiet_days(case: Case) -> Iterator[Finding]:
    """Nothing on the debtor's known bereavement, hospital or exam days (bank policy)."""
    for quiet in known(case.facts.quiet_days):
        if quiet.start <= case.day <= quiet.end:
            yield case.breach(
                gettext_noop("%(day)s falls in quiet days until %(until)s (%(kind)s)"),
                day=case.day,
                until=quiet.end,
                kind=quiet.kind.value,
            )


@rule("CN-T3", of_day=True)
def holiday_table_is_loaded(case: Case) -> Iterator[Finding]:
    """The yearly State Council table is loaded, never computed; without it nobody can tell a holiday."""
    if case.policy.holidays.year_of(case.day) is None:
        yield case.breach(
            gettext_noop("The holiday table of %(year)s is not loaded. Load it before planning that year."),
            year=str(case.day.year),
        )


def lawful_windows(request: ContactRequest, facts: Facts, policy: Policy, day: date) -> list[TimeWindow]:
    """The hours of contact (CN-T1), then those that the party's own valid consents add on `day`."""
    hours = _hours(policy, HOURS_OF.get(policy.jurisdiction, "CN-T1"), request.channel) or WHOLE_DAY
    agreed = [
        consent.window
        for consent in facts.consents
        if policy.jurisdiction in CONSENT_WIDENS
        and consent.party_id == request.target_id
        and consent.channel is request.channel
        and consent.given_on <= day <= consent.expires
    ]
    return [hours, *agreed]


def offered_windows(
    request: ContactRequest, facts: Facts, policy: Policy, day: date, *, bank_hours: bool
) -> tuple[TimeWindow, ...]:
    """The hours in which planning may place the contact; a first visit keeps the bank's hours if `bank_hours`."""
    windows = lawful_windows(request, facts, policy, day)
    hours = _hours(policy, "CN-T2", request.channel)
    if not bank_hours or hours is None or visits_before(request, facts, day):
        return tuple(windows)
    cut = [(max(w.start_min, hours.start_min), min(w.end_min, hours.end_min)) for w in windows]
    return tuple(TimeWindow(start, end) for start, end in cut if start < end)


def _hours(policy: Policy, rule_id: str, channel: Channel) -> TimeWindow | None:
    law = policy.rule(rule_id, channel)
    if law is None or not law.numbers.keys() >= {"from", "until"}:
        return None
    return TimeWindow(law.numbers["from"], law.numbers["until"])
