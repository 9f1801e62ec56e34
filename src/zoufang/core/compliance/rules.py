"""The list one can read aloud: every rule of a contact, then every rule of a crew."""

from __future__ import annotations

from zoufang.core.compliance.case import Rule
from zoufang.core.compliance.rules_abroad import HOUSE_RULES, RULES_ABROAD
from zoufang.core.compliance.rules_account import (
    by_counsels_leave_at_law,
    expired_debt_by_counsel,
    guarantee_period_is_watched,
    limitation_is_watched,
    not_after_transfer,
    not_during_hardship_review,
    not_during_open_complaint,
    not_during_open_dispute,
    not_while_a_plan_is_performed,
    only_a_bound_guarantor,
)
from zoufang.core.compliance.rules_frequency import (
    dials_to_one_number_a_day,
    effective_calls_a_day,
    remote_contact_comes_first,
    visits_not_too_often,
)
from zoufang.core.compliance.rules_person import (
    lost_contact_is_evidenced,
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
    within_what_the_role_owes,
)
from zoufang.core.compliance.rules_place import (
    contact_data_has_a_lawful_source,
    not_at_a_do_not_visit_place,
    not_at_a_wrong_address,
)
from zoufang.core.compliance.rules_time import (
    first_visit_in_daytime,
    holiday_table_is_loaded,
    not_at_spring_festival,
    not_on_quiet_days,
    within_contact_hours,
)

RULES: tuple[Rule, ...] = (
    only_liable_parties,
    within_what_the_role_owes,
    third_party_only_when_lost,
    lost_contact_is_evidenced,
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
    limitation_is_watched,
    expired_debt_by_counsel,
    guarantee_period_is_watched,
    only_a_bound_guarantor,
    contact_data_has_a_lawful_source,
    not_at_a_do_not_visit_place,
    not_at_a_wrong_address,
    remote_contact_comes_first,
    within_contact_hours,
    first_visit_in_daytime,
    not_at_spring_festival,
    not_on_quiet_days,
    holiday_table_is_loaded,
    effective_calls_a_day,
    dials_to_one_number_a_day,
    visits_not_too_often,
)

# Id of the rule → the numbers that its packs must state.
CREW_NUMBERS: dict[str, tuple[str, ...]] = {"CN-V1": ("visitors", "bank_employees"), "CN-O3": ("max_age_days",)}

JURISDICTIONS = ("CN", *RULES_ABROAD)


def rules_of(jurisdiction: str) -> tuple[Rule, ...]:
    """The rules of contact of one jurisdiction. One without rules of its own has no pack either, and blocks."""
    return HOUSE_RULES + RULES_ABROAD[jurisdiction] if jurisdiction in RULES_ABROAD else RULES


def numbers_needed(jurisdiction: str = "CN") -> dict[str, frozenset[str]]:
    """Every enforced rule id and the numbers it counts with; a pack that lacks one is not a valid pack."""
    rules = rules_of(jurisdiction)
    needed: dict[str, set[str]] = {rule.id: set() for rule in rules} | {
        rule_id: set(names) for rule_id, names in CREW_NUMBERS.items()
    }
    for rule in rules:
        needed[rule.id].update(rule.numbers)
    return {rule_id: frozenset(names) for rule_id, names in needed.items()}
