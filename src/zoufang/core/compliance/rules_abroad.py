"""Rules of other countries, most of them kinds of rule that are there already under the id of another law.

Whoever is judged by them is not judged by the Chinese ones; what no law of that country says, but decency does
(death, minors, self-harm, complaints, dispute), stands in `HOUSE_RULES` as the bank's own policy.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from zoufang.core.compliance.case import Case, Rule, rule
from zoufang.core.compliance.contact_log import about_debtor, local_day
from zoufang.core.compliance.facts import ContactOutcome, PastContact
from zoufang.core.compliance.rules_account import (
    by_counsels_leave_at_law,
    expired_debt_by_counsel,
    not_after_transfer,
    not_during_hardship_review,
    not_during_open_complaint,
    not_during_open_dispute,
    not_while_a_plan_is_performed,
)
from zoufang.core.compliance.rules_frequency import log_is_short, remote_contact_comes_first, visits_not_too_often
from zoufang.core.compliance.rules_person import (
    not_a_dead_target,
    not_a_minor_or_incapable,
    not_after_a_sign_of_self_harm,
    not_after_death,
    not_an_incapable_target,
    not_by_a_refused_way,
    only_liable_parties,
    only_through_the_lawyer,
    spare_the_vulnerable,
    third_party_only_when_lost,
)
from zoufang.core.compliance.rules_place import (
    contact_data_has_a_lawful_source,
    not_at_a_do_not_visit_place,
    not_at_a_wrong_address,
)
from zoufang.core.compliance.rules_time import not_on_quiet_days, within_contact_hours
from zoufang.core.values import Channel, Finding, gettext_noop

CALL_DAYS = 7  # of US-3
TOLD = (ContactOutcome.REACHED, ContactOutcome.DELIVERED, ContactOutcome.SENT)


def restated(rule_id: str, kind: Rule) -> Rule:
    """The same check under the id of another instrument, with that one's numbers and effect."""
    return replace(kind, id=rule_id)


@rule("US-3", numbers=("calls_per_7_days",), of_day=True)
def calls_in_seven_days(case: Case) -> Iterator[Finding]:
    """More than 7 calls in 7 days about a debt are presumed to harass (12 CFR 1006.14(b)(2)); here: per debtor.

    The customer's own calls do not count. Calls that the text leaves out (consent, wrong connection) count here.
    """
    if case.request.channel is not Channel.CALL:
        return
    if log_is_short(case, CALL_DAYS):
        yield case.unknown("contact_log_from")
    since, most = case.day - timedelta(days=CALL_DAYS), case.number("calls_per_7_days")
    made = sum(c.by_bank and since < _local(case, c) <= case.day for c in _calls(case))
    if made >= most:
        yield case.breach(
            gettext_noop("%(made)s calls in the 7 days to %(day)s; %(most)s are the most"),
            made=made,
            day=case.day,
            most=most,
        )


@rule("US-3", numbers=("cool_off_days",), of_day=True)
def days_off_after_a_talk(case: Case) -> Iterator[Finding]:
    """No call within 7 days after a telephone talk, its day being the first (12 CFR 1006.14(b)(2), (b)(4)).

    Whoever rang first. Visits are not in the count, but fall under the general ban on harassment: a warning.
    """
    days = case.number("cool_off_days")
    if log_is_short(case, days):
        yield case.unknown("contact_log_from")
    talks = [_local(case, c) for c in _calls(case) if c.outcome is ContactOutcome.REACHED]
    last = max((day for day in talks if day <= case.day), default=None)
    if last is None or case.day >= last + timedelta(days=days):
        return
    say = case.breach if case.request.channel is Channel.CALL else case.warn
    yield say(
        gettext_noop("There was a telephone talk on %(last)s: leave the customer alone until %(until)s"),
        last=last,
        until=last + timedelta(days=days),
    )


def _calls(case: Case) -> list[PastContact]:
    return [c for c in about_debtor(case.facts) if c.channel is Channel.CALL]


def _local(case: Case, contact: PastContact) -> date:
    return local_day(contact, case.facts.zone_for(Channel.CALL))


@rule("US-7")
def state_rules_are_stated(case: Case) -> Iterator[Finding]:
    """Recording consent, limits on visits and licences are matters of each state: without its pack no visit."""
    if len(case.law.origins) < 2:
        yield case.breach(
            gettext_noop("No pack states the rules of the customer's state on visits, recording and licences.")
        )


@rule("UK-1", numbers=("notice_days",), of_day=True)
def visit_is_announced(case: Case) -> Iterator[Finding]:
    """Adequate notice of the time of a visit (CONC 7.9.12R): a message, letter or talk in the days before it."""
    days = case.number("notice_days")
    told = [
        c
        for c in about_debtor(case.facts)
        if c.channel is not Channel.VISIT
        and c.party_id == case.request.target_id
        and c.outcome in TOLD
        and timedelta(0) < case.day - local_day(c, case.facts.zone_for(Channel.VISIT)) <= timedelta(days=days)
    ]
    if told:
        return
    if log_is_short(case, days):
        yield case.unknown("contact_log_from")
    else:
        yield case.breach(
            gettext_noop("The visit was not announced in the %(days)s days before it. Write or call first."),
            days=days,
        )


# The bank's own policy wherever it works: what the laws of the country add stands in RULES_ABROAD.
HOUSE_RULES: tuple[Rule, ...] = (
    only_liable_parties,
    third_party_only_when_lost,
    not_after_death,
    not_a_dead_target,
    not_a_minor_or_incapable,
    not_an_incapable_target,
    only_through_the_lawyer,
    spare_the_vulnerable,
    not_after_a_sign_of_self_harm,
    not_by_a_refused_way,
    not_while_a_plan_is_performed,
    not_during_open_complaint,
    not_during_open_dispute,
    not_during_hardship_review,
    by_counsels_leave_at_law,
    not_after_transfer,
    contact_data_has_a_lawful_source,
    not_at_a_do_not_visit_place,
    not_at_a_wrong_address,
    remote_contact_comes_first,
    visits_not_too_often,
)

RULES_ABROAD: dict[str, tuple[Rule, ...]] = {
    "US": (
        restated("US-1", within_contact_hours),
        restated("US-1", not_on_quiet_days),
        restated("US-2", only_through_the_lawyer),
        restated("US-2", only_liable_parties),
        restated("US-2", not_by_a_refused_way),
        calls_in_seven_days,
        days_off_after_a_talk,
        restated("US-4", expired_debt_by_counsel),
        restated("US-5", not_during_open_dispute),
        state_rules_are_stated,
    ),
    "UK": (
        visit_is_announced,
        restated("UK-1", spare_the_vulnerable),
        restated("UK-1", not_at_a_do_not_visit_place),
        restated("UK-1", not_during_open_dispute),
        restated("UK-3", within_contact_hours),
        restated("UK-3", not_on_quiet_days),
        restated("UK-3", not_by_a_refused_way),
        restated("UK-4", only_liable_parties),
        restated("UK-6", not_during_hardship_review),
        restated("UK-6", expired_debt_by_counsel),
    ),
    "IN": (
        restated("IN-1", within_contact_hours),
        restated("IN-2", only_liable_parties),
    ),
}
