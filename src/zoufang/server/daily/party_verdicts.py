"""May each party of a debtor's loans be visited today, by role and at their own doors? Nothing is kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from zoufang.core.compliance import ClearedVisit, DayWindow, Guarantee, Refusal
from zoufang.core.values import Decision, Finding, GuaranteeKind, PartyRole, Purpose
from zoufang.server.book.models import Address, Party
from zoufang.server.daily.facts import read_registers
from zoufang.server.daily.gate import Question, judge, overrides_of
from zoufang.server.daily.policies import compliance_policy
from zoufang.server.daily.targets import Target, debtor_as_target, doors_of, own_doors, targets_of

SAYS_THE_ROLE = ("CN-P1", "CN-P6")  # told also where they allow: how far this person answers for the debt


@dataclass(frozen=True, slots=True)
class DoorVerdict:
    """One door of one party; `address` None: there is none to go to."""

    address: Address | None
    said: ClearedVisit | Refusal

    @property
    def decision(self) -> Decision:
        return self.said.verdict.decision

    @property
    def cleared(self) -> bool:
        return isinstance(self.said, ClearedVisit)

    @property
    def hours(self) -> tuple[DayWindow, ...]:
        return self.said.verdict.windows if self.cleared else ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What stands in the way, and what the role means."""
        found = self.said.verdict.findings
        return tuple(f for f in found if f.decision is not Decision.ALLOW or f.rule_id in SAYS_THE_ROLE)


@dataclass(frozen=True, slots=True)
class PartyVerdict:
    """`kinds`: of the guarantees given, where the party is a guarantor."""

    target: Target
    kinds: tuple[GuaranteeKind, ...]
    purpose: Purpose
    doors: tuple[DoorVerdict, ...]


def verdicts_by_role(party: Party, day: date) -> tuple[PartyVerdict, ...]:
    """The debtor first, then everybody else in the order of roles; a fixed number of queries."""
    order = list(PartyRole)
    others = targets_of([party]).get(party.id, [])
    targets = [debtor_as_target(party), *sorted(others, key=lambda target: order.index(target.role))]
    registers = read_registers([party], day, [target.party for target in others])
    doors = doors_of([target.party for target in targets])
    overrides, policy = overrides_of({party.id}, day), compliance_policy(day)

    def said(target: Target, address: Address | None) -> DoorVerdict:
        other = target if target.role is not PartyRole.DEBTOR else None
        question = Question(party, address, target.purpose, other)
        taken = overrides.get((party.id, target.party.id), ())
        return DoorVerdict(address, judge(question, registers, policy, day, taken))

    return tuple(
        PartyVerdict(
            target,
            _kinds(target, registers.guarantees.get(party.id, ())),
            target.purpose,
            tuple(said(target, address) for address in (*own_doors(target, party, doors),) or (None,)),
        )
        for target in targets
    )


def _kinds(target: Target, guarantees: Iterable[Guarantee]) -> tuple[GuaranteeKind, ...]:
    if target.role is not PartyRole.GUARANTOR:
        return ()
    return tuple(sorted({g.kind for g in guarantees if g.party_id == str(target.party.id)}))
