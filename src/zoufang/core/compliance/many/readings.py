"""What each rule reads, so that cases which agree in it are asked once.

A rule's word is never written a second time: the rule itself is asked, with a case of each group, and sees only
what its reading names. What differs from case to case (ids, dates, logs) is `shown` but not compared: a feature
stands for it. A rule without a reading is asked case by case: right, but slow.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zoufang.core.compliance.case import Rule
from zoufang.core.compliance.facts import Guarantee
from zoufang.core.compliance.many.coded import Ints, listed
from zoufang.core.compliance.many.sight import Sight
from zoufang.core.compliance.rules_abroad import CALL_DAYS, TOLD
from zoufang.core.compliance.rules_frequency import FREQUENCY_STEPS
from zoufang.core.compliance.unknown import UNKNOWN
from zoufang.core.values import GuaranteeKind, PartyRole

Compared = tuple[NDArray[Any], ...]
Feature = Callable[[Sight, Rule, Ints], Compared]
ROLE, PURPOSE = "target_role", "purpose"
LOG = ("contacts", "customer_id", "target_id", "address", "phone")


@dataclass(frozen=True, slots=True)
class Reading:
    """`facts` and `asked` (fields of facts and of the request) are compared and shown; the rule's needs are added.

    `by` gives numbers to compare; `shown` is what they stand for.
    """

    facts: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    by: tuple[Feature, ...] = ()
    shown: tuple[str, ...] = ()


def _lost(sight: Sight, rule: Rule, day: Ints) -> Compared:
    return (sight.lost,)


def _visited(sight: Sight, rule: Rule, day: Ints) -> Compared:
    return (sight.visited(day),)


def _visits(sight: Sight, rule: Rule, day: Ints) -> Compared:
    return tuple(sight.log.visits_within(day, days) for days, _ in FREQUENCY_STEPS)


def _remote(sight: Sight, rule: Rule, day: Ints) -> Compared:
    return sight.log.remote(day)


def _talks(sight: Sight, rule: Rule, day: Ints) -> Compared:
    return (sight.log.talks_on(day),)


def _dials(sight: Sight, rule: Rule, day: Ints) -> Compared:
    return (sight.log.dials_on(day),)


def _calls_abroad(sight: Sight, rule: Rule, day: Ints) -> Compared:
    return (sight.log.bank_calls_within(day, CALL_DAYS),)


def _talk_age(sight: Sight, rule: Rule, day: Ints) -> Compared:
    return (sight.log.days_since_talk(day),)


def _told_age(sight: Sight, rule: Rule, day: Ints) -> Compared:
    return (sight.log.days_since_told(day, TOLD),)


def _log_reach(sight: Sight, rule: Rule, day: Ints) -> Compared:
    """A log that is too short is asked for as an unknown one is: who signed for it matters in every case."""
    return sight.plain("contact_log_from").codes, sight.signed("contact_log_from")


def _limitation(sight: Sight, rule: Rule, day: Ints) -> Compared:
    """Days left, all the same beyond the first warning, and before today."""
    left = sight.days_left("limitation_ends")
    return (np.clip(left, -1, sight.number(rule, "first") + 1),)


def _expired(sight: Sight, rule: Rule, day: Ints) -> Compared:
    """Days since the end, all the same before it."""
    return (np.minimum(sight.days_left("limitation_ends"), 0),)


def _running(sight: Sight, rule: Rule, day: Ints) -> Compared:
    """The days left of each guarantee that is not kept, the same beyond the first warning; whose, which kind."""
    given, first = sight.cases.guarantees, sight.number(rule, "first")

    def left(one: Guarantee) -> int:
        return -1 if one.kept else min(max((one.period_ends - sight.today).days, -1), first + 1)

    joint = given.what.derived(lambda one: one.kind is GuaranteeKind.JOINT)
    item = (given.what.derived(left) + 1) * 4 + joint * 2 + sight.of_target(given)
    return (listed(given.owner, item, len(sight.cases)),)


def _binding(sight: Sight, rule: Rule, day: Ints) -> Compared:
    """A guarantor's own guarantees: the days since the end of each, all the same before it."""
    given = sight.cases.guarantees
    past = given.what.derived(lambda one: max((sight.today - one.period_ends).days, 0))
    state = given.what.derived(lambda one: one.kept * 2 + (one.kind is GuaranteeKind.JOINT))
    asked = sight.cases.target_role.derived(lambda role: role is PartyRole.GUARANTOR, np.bool_)
    mine = sight.of_target(given) & asked[given.owner]
    return (listed(given.owner[mine], (past * 4 + state)[mine], len(sight.cases)),)


def _agreed(sight: Sight, rule: Rule, day: Ints) -> Compared:
    return (sight.agreed,)


def _origin(sight: Sight, rule: Rule, day: Ints) -> Compared:
    """Of address and number: none, unknown or known; and who signed for it."""
    origins = [
        sight.plain(place).derived(lambda one: 0 if one is None else 1 + (one.origin is UNKNOWN))
        for place in ("address", "phone")
    ]
    signed = [sight.signed(fact) for fact in ("address_source", "phone_source")]
    return (*origins, *(np.where(way == 2, by, 0) for way, by in zip(origins, signed, strict=True)))


def _wrong_place(sight: Sight, rule: Rule, day: Ints) -> Compared:
    return (sight.plain("address").derived(lambda one: one is not None and one.not_here),)


READINGS: dict[str, Reading] = {
    "only_liable_parties": Reading(("debtor_is_company",), (ROLE, PURPOSE)),
    "within_what_the_role_owes": Reading((), (ROLE,)),
    "third_party_only_when_lost": Reading(
        ("contact_refused", "deceased", "lacks_capacity"),
        (ROLE,),
        (_lost,),
        ("contacts", "customer_id", "debtor_phones"),
    ),
    "lost_contact_is_evidenced": Reading((), (ROLE,), (_lost,), ("contacts", "customer_id", "debtor_phones")),
    "not_after_death": Reading(("counsel_leave",), (ROLE,)),
    "not_a_dead_target": Reading(("target_deceased",), (ROLE,)),
    "not_a_minor_or_incapable": Reading((), (ROLE,)),
    "not_an_incapable_target": Reading(("target_lacks_capacity",), (ROLE,)),
    "only_through_the_lawyer": Reading(),
    "spare_the_vulnerable": Reading((), (PURPOSE,)),
    "not_after_a_sign_of_self_harm": Reading((), (PURPOSE,)),
    "not_by_a_refused_way": Reading(("refused_channels",), (ROLE,)),
    "not_while_a_plan_is_performed": Reading((), (PURPOSE,)),
    "not_during_open_complaint": Reading(),
    "not_during_open_dispute": Reading(),
    "not_during_hardship_review": Reading((), (PURPOSE,)),
    "by_counsels_leave_at_law": Reading(("counsel_leave",)),
    "not_after_transfer": Reading(),
    "limitation_is_watched": Reading((), (PURPOSE,), (_limitation,), ("limitation_ends",)),
    "expired_debt_by_counsel": Reading((), (PURPOSE,), (_expired,), ("limitation_ends",)),
    "guarantee_period_is_watched": Reading((), (PURPOSE,), (_running,), ("guarantees", "target_id")),
    "only_a_bound_guarantor": Reading(("legal_stage",), (ROLE,), (_binding,), ("guarantees", "target_id")),
    "contact_data_has_a_lawful_source": Reading((), (), (_origin,), ("address", "phone")),
    "not_at_a_do_not_visit_place": Reading(),
    "not_at_a_wrong_address": Reading((), (), (_wrong_place,), ("address",)),
    "remote_contact_comes_first": Reading(
        (), (ROLE,), (_remote, _visited, _log_reach), (*LOG, "contact_log_from")
    ),
    "within_contact_hours": Reading((), (), (_agreed,), ("consents", "target_id")),
    "first_visit_in_daytime": Reading((), (ROLE,), (_visited,), LOG),
    "not_at_spring_festival": Reading(),
    "not_on_quiet_days": Reading(),
    "holiday_table_is_loaded": Reading(),
    "effective_calls_a_day": Reading((), (), (_talks, _log_reach), (*LOG, "contact_log_from")),
    "dials_to_one_number_a_day": Reading((), (), (_dials, _log_reach), (*LOG, "contact_log_from")),
    "visits_not_too_often": Reading((), (), (_visits, _log_reach), (*LOG, "contact_log_from")),
    "calls_in_seven_days": Reading((), (), (_calls_abroad, _log_reach), (*LOG, "contact_log_from")),
    "days_off_after_a_talk": Reading((), (), (_talk_age, _log_reach), (*LOG, "contact_log_from")),
    "state_rules_are_stated": Reading(),
    "visit_is_announced": Reading((), (), (_told_age, _log_reach), (*LOG, "contact_log_from")),
}
WINDOWS = Reading((), (ROLE,), (_agreed, _visited), (*LOG, "consents"))
