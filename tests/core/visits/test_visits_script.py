"""The door script: the order of steps, and what must not be said."""

from datetime import timedelta

import pytest

from tests.core.builders_compliance import TODAY, facts
from zoufang.core.compliance import Vulnerability
from zoufang.core.values import PartyRole, Purpose
from zoufang.core.visits import say_and_not_say


def words(messages):
    return " | ".join(str(message) for message in messages)


@pytest.mark.parametrize("purpose", list(Purpose))
def test_every_purpose_has_words_and_forbids_threats_cash_and_disclosure(purpose):
    script = say_and_not_say(purpose, facts(), TODAY)
    assert script.say
    assert "Identify" in str(script.steps[1])
    for forbidden in ("threat", "cash", "to anyone but the identified person", "court"):
        assert forbidden in words(script.not_say)


@pytest.mark.parametrize("purpose", [Purpose.CARE_VISIT, Purpose.COLLATERAL_CHECK, Purpose.ADDRESS_CHECK])
def test_visits_that_do_not_collect_name_no_debt_and_ask_for_no_payment(purpose):
    script = say_and_not_say(purpose, facts(), TODAY)
    assert "The debt:" not in words(script.say)
    assert "does not collect" in words(script.not_say)


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_third_party_hears_nothing_of_the_debt(purpose):
    script = say_and_not_say(purpose, facts(), TODAY, PartyRole.CONTACT)
    assert words(script.say) == "That you are looking for the person on a personal matter"


def test_an_expired_debt_is_never_called_enforceable():
    expired = facts(limitation_ends=TODAY - timedelta(days=1))
    assert "limitation has ended" in words(say_and_not_say(Purpose.SERVE_DEMAND, expired, TODAY).not_say)
    assert "limitation has ended" not in words(say_and_not_say(Purpose.SERVE_DEMAND, facts(), TODAY).not_say)


def test_a_customer_at_risk_is_met_with_the_crisis_words():
    at_risk = facts(vulnerabilities=(Vulnerability.SELF_HARM_RISK,))
    assert "12356" in words(say_and_not_say(Purpose.CARE_VISIT, at_risk, TODAY).not_say)
