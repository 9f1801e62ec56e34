"""Every door of everybody who is wanted, put to the gate."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from zoufang.core.values import mask_name
from zoufang.server.daily.facts import Registers
from zoufang.server.daily.gate import Answer, Door, review_doors
from zoufang.server.daily.policies import compliance_policy
from zoufang.server.daily.targets import REPRESENTS, debtor_as_target, doors_of, own_doors
from zoufang.server.daily.wanted import Wanted


def ask_gate(wanted: Sequence[Wanted], registers: Registers, day: date, at: datetime) -> list[Answer]:
    return review_doors(doors_to_ask(wanted), registers, compliance_policy(day), day=day, at=at)


def doors_to_ask(wanted: Sequence[Wanted]) -> list[Door]:
    people = [one.target.party if one.target else one.party for one in wanted]
    known = doors_of([*people, *(one.party for one in wanted if one.target and one.target.role in REPRESENTS)])
    return [
        Door(one.party, address, one.purpose, one.target)
        for one in wanted
        for address in own_doors(one.target or debtor_as_target(one.party), one.party, known)
    ]


def masked_names(wanted: Sequence[Wanted]) -> dict[str, str]:
    people = ((one.target.party if one.target else one.party) for one in wanted)
    return {str(one.party.id): mask_name(who.identity["name"]) for one, who in zip(wanted, people, strict=True)}
