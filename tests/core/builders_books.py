"""Books of cases from all corners of the rules, drawn by a seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from tests.core.builders_compliance import TODAY, address, at, attested, facts, override, phone
from zoufang.core.compliance import (
    ATTESTABLE,
    UNKNOWN,
    Consent,
    ContactData,
    ContactOutcome,
    ContactRequest,
    Facts,
    Guarantee,
    LegalStage,
    Override,
    Pack,
    PastContact,
    PlanState,
    Policy,
    QuietDays,
    QuietKind,
    Vulnerability,
    policy_on,
)
from zoufang.core.values import Channel, GuaranteeKind, PartyRole, Purpose, SourceCode, TimeWindow
from zoufang.files.policy_packs import shipped_holidays, shipped_packs

ZONES = ("Asia/Shanghai", "Asia/Shanghai", "Asia/Shanghai", "America/New_York", "Europe/London", "Asia/Kolkata")
EVE = date(2026, 2, 16)  # Spring Festival's
UNLISTED = date(2031, 3, 3)  # a year without a holiday table
PEOPLE = ("wang", "li", "zhao")
CUSTOMERS = ("C-1", "C-2")
NUMBERS = ("phone-1", "phone-2")
BORDERS = (0, 419, 420, 479, 480, 481, 510, 1079, 1080, 1199, 1200, 1201, 1260, 1319, 1320, 1321, 1380, 1439)
YES_NO = tuple(field.name for field in fields(Facts) if field.type == "bool | Unknown")
Question = tuple[ContactRequest, Facts, tuple[Override, ...]]


@dataclass(frozen=True)
class Drawn:
    """How far the cases of a book stray from a harmless one, from 0 to 1."""

    chance: Random
    trouble: float

    def some(self) -> bool:
        return self.chance.random() < self.trouble

    def question(self) -> Question:
        customer = self.chance.choice(CUSTOMERS)
        request = self.request(customer)
        scenes = (
            self.no_scene,
            self.no_scene,
            self.guarantor,
            self.third_party,
            self.calls,
            self.visits,
            self.late,
        )
        scene = self.chance.choice(scenes)
        asked, changes = scene(request)
        return asked, facts(customer_id=customer, **(self.changes(asked) | changes)), self.overrides()

    def no_scene(self, request: ContactRequest) -> tuple[ContactRequest, dict[str, Any]]:
        return request, {}

    def guarantor(self, request: ContactRequest) -> tuple[ContactRequest, dict[str, Any]]:
        """At a guarantor's door, whose guarantee runs, ends or is over."""
        made = tuple(replace(self.guarantee(), party_id=request.target_id) for _ in range(self.few()))
        other = (self.guarantee(),) if self.chance.random() < 0.4 else ()
        purpose = Purpose.GUARANTOR_DEMAND if self.chance.random() < 0.6 else request.purpose
        asked = replace(request, target_role=PartyRole.GUARANTOR, purpose=purpose)
        return asked, {"guarantees": made + other}

    def third_party(self, request: ContactRequest) -> tuple[ContactRequest, dict[str, Any]]:
        """Asked of a debtor who may be lost: dials without an answer on some days before."""
        missed = (ContactOutcome.UNANSWERED, ContactOutcome.NUMBER_INVALID)
        dials = [
            replace(
                self.contact(),
                channel=Channel.CALL,
                role=PartyRole.DEBTOR,
                outcome=self.chance.choice((*missed, *missed, *missed, ContactOutcome.REACHED)),
                phone_id=self.chance.choice(NUMBERS),
            )
            for _ in range(self.chance.randint(1, 5))
        ]
        return replace(request, target_role=PartyRole.CONTACT), {"contacts": tuple(dials)}

    def calls(self, request: ContactRequest) -> tuple[ContactRequest, dict[str, Any]]:
        """A call on a day with many."""
        outcomes = (ContactOutcome.REACHED, ContactOutcome.REACHED, ContactOutcome.UNANSWERED)
        busy = [
            replace(
                self.contact(), at=self.instant(TODAY), channel=Channel.CALL, outcome=self.chance.choice(outcomes)
            )
            for _ in range(self.chance.choice((2, 4, 5, 8, 16)))
        ]
        return self.today(request, Channel.CALL), {"contacts": tuple(busy)}

    def visits(self, request: ContactRequest) -> tuple[ContactRequest, dict[str, Any]]:
        """A visit after some others."""
        made = [replace(self.contact(), channel=Channel.VISIT) for _ in range(self.chance.randint(1, 9))]
        return self.today(request, Channel.VISIT), {"contacts": tuple(made)}

    def late(self, request: ContactRequest) -> tuple[ContactRequest, dict[str, Any]]:
        """At hours that only a consent may allow."""
        start = at(self.chance.choice(("07:30", "20:30", "22:00")))
        asked = replace(request, channel=Channel.VISIT, starts=start, ends=start + timedelta(minutes=30))
        return asked, {"consents": tuple(self.consent(asked) for _ in range(self.few())), "address": address()}

    def today(self, request: ContactRequest, channel: Channel) -> ContactRequest:
        return replace(request, channel=channel, days=(TODAY, TODAY + timedelta(days=1)), starts=None, ends=None)

    def request(self, customer: str) -> ContactRequest:
        pick = self.chance.choice
        return ContactRequest(
            customer_id=customer,
            channel=pick(tuple(Channel)) if self.some() else Channel.VISIT,
            purpose=pick(tuple(Purpose)) if self.some() else Purpose.FIRST_TALK,
            target_id=pick(PEOPLE) if self.some() else "wang",
            target_role=pick(tuple(PartyRole)) if self.some() else PartyRole.DEBTOR,
            **self.time(),
        )

    def time(self) -> dict[str, Any]:
        """Days, or hours at the borders of the lawful ones."""
        if self.chance.random() < 0.4:
            start = self.instant(self.chance.choice((TODAY, TODAY, EVE, TODAY + timedelta(days=1))))
            length = timedelta(minutes=self.chance.choice((0, 1, 29, 60, 400)), seconds=self.chance.choice((0, 1)))
            return {"starts": start, "ends": start + length}
        days = (TODAY, TODAY + timedelta(days=1), EVE, UNLISTED, TODAY + timedelta(days=40))
        return {"days": tuple(self.chance.sample(days, self.chance.choice((1, 1, 2, 3))))}

    def instant(self, day: date) -> datetime:
        minute = self.chance.choice(BORDERS)
        zone = ZoneInfo(self.chance.choice(ZONES))
        clock = timedelta(minutes=minute, seconds=self.chance.choice((0, 0, 59)))
        return datetime(day.year, day.month, day.day, tzinfo=zone) + clock

    def changes(self, request: ContactRequest) -> dict[str, Any]:
        drawn = {name: self.yes_no() for name in YES_NO if self.some()}
        named = {
            "source_file": lambda: self.chance.choice(("book.xlsx", "other.xlsx", "")),
            "vulnerabilities": lambda: self.maybe(tuple(self.sample(tuple(Vulnerability)))),
            "quiet_days": lambda: self.maybe(tuple(self.quiet() for _ in range(self.few()))),
            "plan_state": lambda: self.maybe(self.chance.choice(tuple(PlanState))),
            "legal_stage": lambda: self.maybe(self.chance.choice(tuple(LegalStage))),
            "refused_channels": lambda: tuple(self.sample(tuple(Channel))),
            "counsel_leave": lambda: self.chance.random() < 0.5,
            "limitation_ends": lambda: self.maybe(self.chance.choice((None, self.near(185)))),
            "guarantees": lambda: self.maybe(tuple(self.guarantee() for _ in range(self.few()))),
            "contact_log_from": lambda: self.maybe(
                TODAY - timedelta(days=self.chance.choice((0, 1, 6, 28, 29, 30)))
            ),
            "contacts": lambda: tuple(self.contact() for _ in range(self.chance.choice((0, 1, 3, 6, 12)))),
            "debtor_phones": lambda: tuple(self.sample(NUMBERS)),
            "address": lambda: self.place(address()),
            "phone": lambda: self.place(phone(id=self.chance.choice(NUMBERS))),
            "consents": lambda: tuple(self.consent(request) for _ in range(self.few())),
            "attestations": lambda: tuple(self.attestation(name) for name in self.sample(sorted(ATTESTABLE))),
        }
        return drawn | {name: draw() for name, draw in named.items() if self.some()}

    def yes_no(self) -> Any:
        return self.chance.choice((True, False, UNKNOWN))

    def maybe(self, value: Any) -> Any:
        return UNKNOWN if self.chance.random() < 0.25 else value

    def few(self) -> int:
        return self.chance.choice((0, 1, 1, 2, 3))

    def sample(self, items: Sequence[Any]) -> list[Any]:
        return self.chance.sample(items, self.chance.randint(0, len(items)))

    def near(self, most: int) -> date:
        """Around today, often at a border of the rules that watch a limit."""
        limits = (0, 0, 1, 1, 7, 8, 29, 30, 31, 89, 90, 91, 179, 180, 181)
        ahead = self.chance.choice(limits) if self.chance.random() < 0.8 else self.chance.randint(0, most)
        return TODAY + timedelta(days=ahead * self.chance.choice((1, 1, -1)))

    def quiet(self) -> QuietDays:
        start = TODAY + timedelta(days=self.chance.randint(-3, 2))
        return QuietDays(
            start, start + timedelta(days=self.chance.randint(0, 3)), self.chance.choice(tuple(QuietKind))
        )

    def guarantee(self) -> Guarantee:
        asserted = [None, TODAY - timedelta(days=400), TODAY - timedelta(days=10)]
        return Guarantee(
            self.chance.choice(PEOPLE),
            self.chance.choice(tuple(GuaranteeKind)),
            self.near(95),
            self.chance.choice(asserted),
            self.chance.choice(asserted),
        )

    def contact(self) -> PastContact:
        pick = self.chance.choice
        day = TODAY - timedelta(days=pick((-1, 0, 0, 0, 1, 2, 3, 5, 6, 7, 8, 14, 29, 30, 31)))
        return PastContact(
            at=self.instant(day),
            channel=pick((*Channel, Channel.CALL, Channel.VISIT)),
            party_id=pick(("wang", *PEOPLE)),
            role=pick((PartyRole.DEBTOR, PartyRole.DEBTOR, *PartyRole)),
            outcome=pick((ContactOutcome.UNANSWERED, *ContactOutcome)),
            phone_id=pick((*NUMBERS, "")),
            by_bank=self.chance.random() < 0.8,
            agency=pick(("", "agency-1")),
            about=pick(("", "", *CUSTOMERS)),
        )

    def place(self, plain: ContactData) -> ContactData | None:
        if self.chance.random() < 0.15:
            return None
        return replace(
            plain,
            source=self.maybe(self.chance.choice(tuple(SourceCode))),
            sourced_on=self.maybe(plain.sourced_on),
            basis=self.chance.choice((plain.basis, "")),
            zone=self.chance.choice(ZONES),
            not_here=self.chance.random() < 0.3,
        )

    def consent(self, request: ContactRequest) -> Consent:
        start = self.chance.choice((0, 420, 1200, 1320))
        return Consent(
            self.chance.choice((request.target_id, *PEOPLE)),
            self.chance.choice((request.channel, *Channel)),
            TimeWindow(start, start + 120),
            TODAY - timedelta(days=self.chance.choice((-1, 0, 30))),
            "signed form",
            TODAY + timedelta(days=self.chance.choice((-1, 0, 1, 60))),
        )

    def attestation(self, name: str) -> Any:
        signers = self.chance.choice((("officer-1", "officer-2"), ("officer-3", "officer-4")))
        expires = self.chance.choice((TODAY, date(2026, 12, 31)))
        return attested(
            name, source_file=self.chance.choice(("book.xlsx", "other.xlsx")), signed_by=signers, expires=expires
        )

    def overrides(self) -> tuple[Override, ...]:
        if not self.some():
            return ()
        ids = ("CN-T1", "CN-T2", "CN-F3", "CN-S1", "CN-X3", "CN-V9", "CN-O6", "US-3", "UK-1")
        return tuple(
            replace(override(*self.chance.sample(ids, self.chance.randint(1, 4))), at=at("09:00"))
            for _ in range(self.chance.choice((1, 1, 2)))
        )


def a_book(seed: int, size: int, trouble: float = 0.2) -> list[Question]:
    drawn = Drawn(Random(seed), trouble)
    return [drawn.question() for _ in range(size)]


def a_policy(jurisdiction: str, seed: int = 0) -> Policy:
    """The shipped packs; where `seed` is not 0 with other numbers than they state, and maybe a pack less."""
    packs, chance = shipped_packs(), Random(seed)
    if seed:
        packs = tuple(_renumbered(pack, chance) for pack in packs if chance.random() < 0.95)
    return policy_on(packs, TODAY, jurisdiction, shipped_holidays())


def _renumbered(pack: Pack, chance: Random) -> Pack:
    """Small counts, other days, other hours: whoever wrote a number a second time is found out."""
    rules = []
    for rule in pack.rules:
        numbers = tuple(
            replace(number, value=max(number.value + chance.choice((-1, 0, 0, 1)), 1)) for number in rule.numbers
        )
        rules.append(replace(rule, numbers=numbers))
    return replace(pack, rules=tuple(rules))
