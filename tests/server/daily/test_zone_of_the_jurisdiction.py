"""Abroad the gate judges days and hours where the people are, and what nobody knows there can be attested."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.server.staffing import TODAY, a_bank, a_member
from tests.server.world import a_customer
from zoufang.core.compliance import ATTESTABLE, FACT_NAMES, ContactRequest, policy_on, review_contact
from zoufang.core.values import Channel, Decision, PartyRole, Purpose, SourceCode
from zoufang.files.policy_packs import shipped_packs
from zoufang.server.book.services import add_phone
from zoufang.server.daily import contacting
from zoufang.server.daily.facts import facts_of, read_registers

SHOW = (
    "import django; django.setup(); from django.conf import settings;"
    "print(settings.ZOUFANG_ZONE, settings.TIME_ZONE)"
)


@pytest.mark.parametrize(
    ("given", "zone"),
    [
        ({}, "Asia/Shanghai"),
        ({"ZOUFANG_JURISDICTION": "US"}, "America/New_York"),
        ({"ZOUFANG_JURISDICTION": "UK"}, "Europe/London"),
        ({"ZOUFANG_JURISDICTION": "US", "ZOUFANG_ZONE": "America/Chicago"}, "America/Chicago"),
    ],
)
def test_the_zone_follows_the_jurisdiction_and_a_setting_goes_before_it(given, zone):
    env = {name: value for name, value in os.environ.items() if not name.startswith("ZOUFANG_")}
    env |= {"DJANGO_SETTINGS_MODULE": "zoufang.server.settings.test"} | given
    shown = subprocess.run([sys.executable, "-c", SHOW], env=env, capture_output=True, text=True, check=True)
    assert shown.stdout.split() == [zone, zone]


@pytest.mark.django_db
@pytest.mark.parametrize(("hour", "lawful"), [(7, False), (8, True), (20, True), (21, False)])
def test_a_call_is_judged_by_the_hour_where_it_rings(settings, hour, lawful):
    settings.ZOUFANG_JURISDICTION, settings.ZOUFANG_ZONE = "US", "America/New_York"
    a_bank()
    debtor, at = a_customer("C1"), datetime(2026, 5, 11, hour, 30, tzinfo=ZoneInfo("America/New_York"))
    if hour == 20:
        at -= timedelta(minutes=20)
    sourced = {"source_code": SourceCode.CONTRACT, "source_on": TODAY - timedelta(days=300)}
    phone = add_phone(party=debtor, number="13955550000", by=a_member("planner"), at=at, **sourced)
    phone = phone or debtor.phones.get()
    said = contacting.ask(contacting.Attempt(debtor, Channel.CALL, phone=debtor.phones.get()), at=at)
    assert ("US-1" in {finding.rule_id for finding in said.open_reasons}) is not lawful


@pytest.mark.django_db
@pytest.mark.parametrize("jurisdiction", ["US", "UK", "IN"])
def test_what_nobody_knows_abroad_can_be_attested(jurisdiction):
    """What remains of the US is its state's own pack (US-7): a law to be loaded, and no fact to vouch for."""
    a_bank()
    debtor = a_customer("C1")
    address = debtor.addresses.get()
    address.party = debtor
    request = ContactRequest(
        customer_id=str(debtor.pk),
        channel=Channel.VISIT,
        purpose=Purpose.FIRST_TALK,
        target_id=str(debtor.pk),
        target_role=PartyRole.DEBTOR,
        days=(TODAY,),
    )
    facts = facts_of(debtor, address, read_registers([debtor], TODAY))
    said = review_contact(request, facts, policy_on(shipped_packs(), TODAY, jurisdiction), TODAY)
    blocks = [finding for finding in said.findings if finding.decision is Decision.BLOCK]
    names = {name: fact for fact, name in FACT_NAMES.items()}
    unknown = {names[f.message.params["fact"]] for f in blocks if "fact" in f.message.params}
    assert unknown
    assert unknown <= ATTESTABLE
    others = {finding.rule_id for finding in blocks if "fact" not in finding.message.params}
    assert others == ({"US-7"} if jurisdiction == "US" else set())
