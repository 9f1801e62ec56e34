"""A book of visit candidates as a collection department holds it, in columns, drawn by a seed.

Shares, not figures of any bank: most ask for the debtor, some for guarantors and others; two years of contact log;
nearly all facts known, some attested, some missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from zoufang.core.compliance import (
    ATTESTABLE,
    UNKNOWN,
    Attestation,
    Coded,
    Consent,
    ContactData,
    ContactOutcome,
    Guarantee,
    LegalStage,
    ManyCases,
    Override,
    PlanState,
    QuietDays,
    QuietKind,
    Vulnerability,
)
from zoufang.core.compliance.many import Contacts, Numbers, Promises
from zoufang.core.values import (
    BANK_ZONE,
    Channel,
    GuaranteeKind,
    PartyRole,
    Purpose,
    SourceCode,
    TimeWindow,
    days_between,
)

TODAY = date(2026, 5, 11)  # a Monday
FILES = 40
LOG_DAYS = 730
DAY_US = 86_400_000_000
MIDNIGHT_US = int(datetime.combine(TODAY, time.min, BANK_ZONE).timestamp()) * 1_000_000
YES_NO = (False, True, UNKNOWN)
# How often each is so; of each, nobody knows it in one of 200 cases.
YES: dict[str, float] = {
    "deceased": 0.004,
    "lacks_capacity": 0.001,
    "debtor_is_company": 0.08,
    "target_deceased": 0.002,
    "target_lacks_capacity": 0.001,
    "minor": 0.0005,
    "represented": 0.01,
    "contact_refused": 0.05,
    "complaint_open": 0.01,
    "dispute_open": 0.01,
    "hardship_review": 0.01,
    "transferred": 0.01,
    "do_not_visit": 0.005,
}
V = TypeVar("V")
Codes = NDArray[np.int64]


class Book:
    """n candidates; each customer is asked for once, at one address."""

    def __init__(self, n: int, seed: int) -> None:
        self.n, self.rng = n, np.random.default_rng(seed)
        self.role = self.column(tuple(PartyRole), (0.885, 0.02, 0.06, 0.01, 0.005, 0.005, 0.015))
        self.customer = np.arange(1, n + 1)
        self.other = np.arange(n + 1, 2 * n + 1)  # whoever else stands in the loan
        self.target = np.where(self.role.codes == 0, self.customer, self.other)
        self.file = self.rng.integers(0, FILES, n)

    def cases(self) -> ManyCases:
        n = self.n
        agencies = tuple(f"agency-{i}" for i in range(5))
        kinds = ("customer", "other", "phone", "second-phone", "address")
        people = (f"{kind}-{i}" for kind in kinds for i in range(n))
        return ManyCases(
            names=("", *people, *agencies),
            customer=self.customer,
            channel=self.column((Channel.VISIT,), (1,)),
            purpose=self.purpose(),
            target=self.target,
            target_role=self.role,
            days=self.column(((TODAY,), tuple(days_between(TODAY, TODAY + timedelta(days=2)))), (0.7, 0.3)),
            planned=self.planned(),
            overrides=self.overrides(),
            plain=self.plain(),
            address_id=np.arange(4 * n + 1, 5 * n + 1),
            phone_id=np.arange(2 * n + 1, 3 * n + 1),
            guarantees=self.guarantees(),
            guarantees_known=self.rng.random(n) > 0.005,
            consents=self.consents(),
            contacts=self.contacts(),
            debtor_phones=self.phones(),
        )

    def column(self, values: tuple[V, ...], shares: Sequence[float], size: int | None = None) -> Coded[V]:
        drawn = self.rng.choice(len(values), size or self.n, p=np.array(shares) / sum(shares))
        return Coded(drawn.astype(np.int32), values)

    def evenly(self, values: Sequence[V], size: int | None = None) -> Coded[V]:
        return Coded(self.rng.integers(0, len(values), size or self.n), tuple(values))

    def purpose(self) -> Coded[Purpose]:
        drawn = self.column(tuple(Purpose), (0.45, 0.2, 0.15, 0, 0.06, 0.06, 0.05, 0.03))
        purposes, roles, codes = list(Purpose), list(PartyRole), drawn.codes.copy()
        fixed = {PartyRole.GUARANTOR: Purpose.GUARANTOR_DEMAND, PartyRole.CONTACT: Purpose.ADDRESS_CHECK}
        for role, purpose in fixed.items():
            codes[self.role.codes == roles.index(role)] = purposes.index(purpose)
        return Coded(codes, drawn.values)

    def planned(self) -> Coded[tuple[datetime, datetime] | None]:
        """One in fifty has its hour already, on the quarter of an hour."""
        begins = [datetime.combine(TODAY, time(h, m), BANK_ZONE) for h in range(7, 23) for m in (0, 15, 30, 45)]
        hours = tuple((start, start + timedelta(minutes=30)) for start in begins)
        return self.column((None, *hours), (0.98, *[0.02 / len(hours)] * len(hours)))

    def overrides(self) -> Coded[tuple[Override, ...]]:
        at = datetime.combine(TODAY, time(9), BANK_ZONE)
        ids = (("CN-V9",), ("CN-T2",), ("CN-F3",), ("CN-S1", "CN-P6"))
        given = tuple((Override(f"supervisor-{i}", "agreed", at, one),) for i in range(50) for one in ids)
        return self.column(((), *given), (0.99, *[0.01 / len(given)] * len(given)))

    def plain(self) -> dict[str, Coded[Any]]:
        files = tuple(f"book-{i}.xlsx" for i in range(FILES))
        log_from = [TODAY - timedelta(days=int(days)) for days in self.rng.integers(20, LOG_DAYS, FILES)]
        limits = (None, UNKNOWN, *days_between(TODAY - timedelta(days=200), TODAY + timedelta(days=1095)))
        return {
            **{name: self.column(YES_NO, (0.995 - share, share, 0.005)) for name, share in YES.items()},
            "source_file": Coded(self.file, files),
            "contact_log_from": Coded(self.file, (*log_from[:-3], UNKNOWN, UNKNOWN, UNKNOWN)),
            "attestations": Coded(self.file, tuple(_attested(i, file) for i, file in enumerate(files))),
            "vulnerabilities": self.column(
                ((), UNKNOWN, *((sign,) for sign in Vulnerability), (Vulnerability.ILLNESS, Vulnerability.OTHER)),
                (0.96, 0.005, *[0.005] * 7),
            ),
            "quiet_days": self.quiet_days(),
            "refused_channels": self.column(
                ((), *((way,) for way in Channel)), (0.98, *[0.02 / len(Channel)] * len(Channel))
            ),
            "plan_state": self.column((*PlanState, UNKNOWN), (0.85, 0.06, 0.06, 0.02, 0.01)),
            "legal_stage": self.column(
                (*LegalStage, UNKNOWN), (0.92, *[0.075 / (len(LegalStage) - 1)] * (len(LegalStage) - 1), 0.005)
            ),
            "limitation_ends": self.column(limits, (0.02, 0.01, *[0.97 / (len(limits) - 2)] * (len(limits) - 2))),
            "counsel_leave": self.column((False, True), (0.97, 0.03)),
            "address": self.places(0.005),
            "phone": self.places(0.02),
        }

    def quiet_days(self) -> Coded[Any]:
        spells = tuple(
            (QuietDays(TODAY + timedelta(days=start), TODAY + timedelta(days=start + length), kind),)
            for start in range(-60, 10)
            for length in range(1, 15)
            for kind in QuietKind
        )
        return self.column(((), UNKNOWN, *spells), (0.97, 0.005, *[0.025 / len(spells)] * len(spells)))

    def places(self, none: float) -> Coded[ContactData | None]:
        """From some thousand contracts; one in a hundred keeps Xinjiang time, one in a hundred has no origin."""
        held: list[ContactData | None] = [
            ContactData(
                "",
                source=SourceCode.CONTRACT if i % 10 else list(SourceCode)[i // 10 % 6],
                sourced_on=UNKNOWN if i % 100 == 7 else TODAY - timedelta(days=i % 2000),
                basis=f"loan contract, clause {i % 9}",
                zone="Asia/Urumqi" if i % 100 == 11 else "Asia/Shanghai",
                not_here=i % 150 == 13,
            )
            for i in range(6000)
        ]
        return self.column((None, *held), (none, *[(1 - none) / 6000] * 6000))

    def starts(self, shares: Sequence[float]) -> Codes:
        """Where lists begin, of which `shares` have 0, 1, 2... entries."""
        counts = self.rng.choice(len(shares), self.n, p=np.array(shares) / sum(shares))
        return np.concatenate([[0], np.cumsum(counts)])

    def guarantees(self) -> Promises:
        starts = self.starts((0.82, 0.12, 0.05, 0.01))
        owner = np.repeat(np.arange(self.n), np.diff(starts))
        what = tuple(
            Guarantee("", kind, TODAY + timedelta(days=days), demanded)
            for days in range(-400, 1200)
            for kind in GuaranteeKind
            for demanded in (None, None, None, TODAY - timedelta(days=450))
        )
        return Promises(starts, self.other[owner], self.evenly(what, len(owner)))

    def consents(self) -> Promises:
        starts = self.starts((0.99, 0.01))
        owner = np.repeat(np.arange(self.n), np.diff(starts))
        what = tuple(
            Consent("", channel, TimeWindow(20 * 60, 21 * 60 + late), TODAY - timedelta(days=given), "form", TODAY)
            for channel in Channel
            for late in (0, 30, 60)
            for given in range(30)
        )
        return Promises(starts, self.target[owner], self.evenly(what, len(owner)))

    def phones(self) -> Numbers:
        starts = self.starts((0.02, 0.68, 0.3))
        owner = np.repeat(np.arange(self.n), np.diff(starts))
        place = np.arange(len(owner)) - starts[owner]
        return Numbers(starts, (2 + place) * self.n + 1 + owner)

    def contacts(self) -> Contacts:
        """Eight on average over two years, more of them lately, by day, most of them calls to the debtor."""
        starts = np.concatenate([[0], np.cumsum(self.rng.poisson(8, self.n))])
        owner = np.repeat(np.arange(self.n), np.diff(starts))
        size, rng = len(owner), self.rng
        ago = (LOG_DAYS * rng.random(size) ** 2).astype(np.int64)
        clock = rng.integers(8 * 60, 20 * 60, size) * 60_000_000
        role = self.column(tuple(PartyRole), (0.92, 0.01, 0.03, 0.005, 0.005, 0.005, 0.025), size)
        first = np.where(rng.random(size) < 0.8, 2, 3) * self.n + 1 + owner
        channel = self.column(tuple(Channel), (0.1, 0.7, 0.15, 0.05), size)
        return Contacts(
            starts,
            at=MIDNIGHT_US - ago * DAY_US + clock,
            channel=channel,
            party=np.where(role.codes == 0, self.customer[owner], self.other[owner]),
            role=role,
            outcome=self.column(tuple(ContactOutcome), (0.3, 0.4, 0.05, 0.05, 0.05, 0.1, 0.05), size),
            phone=np.where(channel.codes == 1, first, 0),
            by_bank=rng.random(size) < 0.95,
            agency=np.where(rng.random(size) < 0.2, 5 * self.n + 1 + rng.integers(0, 5, size), 0),
            about=np.where(rng.random(size) < 0.01, self.other[owner], 0),
        )


def _attested(i: int, file: str) -> tuple[Attestation, ...]:
    """Two of three files carry signatures for what they do not tell."""
    if i % 3 == 0:
        return ()
    signed_on, expires = TODAY - timedelta(days=10), TODAY + timedelta(days=60)
    return tuple(
        Attestation(fact, "register of the branch", file, (f"officer-{i}", "officer-x"), signed_on, expires)
        for fact in sorted(ATTESTABLE)
    )
