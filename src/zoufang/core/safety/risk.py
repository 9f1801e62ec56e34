"""How risky a visit is, and why, in words a visitor reads before going."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from zoufang.core.compliance import UNKNOWN, Unknown
from zoufang.core.values import AddressKind, Message, Precision, RiskLevel, gettext_noop

RECENT = timedelta(days=365)
DUSK_MIN, DAWN_MIN = 18 * 60, 8 * 60
RAISED_REASONS_THAT_MAKE_HIGH = 3


class IncidentKind(StrEnum):
    ABUSE = "abuse"  # insults
    THREAT = "threat"
    ASSAULT = "assault"
    WEAPON = "weapon"
    DETENTION = "detention"  # visitors kept from leaving
    DOG = "dog"
    CROWD = "crowd"
    ACCIDENT = "accident"
    PROPERTY = "property"  # damage or theft
    SELF_HARM_SIGN = "self_harm_sign"
    OTHER = "other"


INCIDENT_NAMES: dict[IncidentKind, str] = {
    IncidentKind.ABUSE: gettext_noop("Verbal abuse"),
    IncidentKind.THREAT: gettext_noop("Threat"),
    IncidentKind.ASSAULT: gettext_noop("Violence"),
    IncidentKind.WEAPON: gettext_noop("Weapon shown"),
    IncidentKind.DETENTION: gettext_noop("Kept from leaving"),
    IncidentKind.DOG: gettext_noop("Dog or other animal"),
    IncidentKind.CROWD: gettext_noop("Hostile crowd"),
    IncidentKind.ACCIDENT: gettext_noop("Accident"),
    IncidentKind.PROPERTY: gettext_noop("Damage or theft"),
    IncidentKind.SELF_HARM_SIGN: gettext_noop("Sign of self-harm"),
    IncidentKind.OTHER: gettext_noop("Another incident"),
}


GRAVE = frozenset({IncidentKind.THREAT, IncidentKind.ASSAULT, IncidentKind.WEAPON, IncidentKind.DETENTION})


@dataclass(frozen=True, slots=True)
class PastIncident:
    """What happened on an earlier visit to this customer or place."""

    kind: IncidentKind
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskFacts:
    """What is known before the visit. An unknown raises the risk, it never lowers it.

    `ends_min`: planned local end in minutes after midnight, None while no time is planned.
    """

    today: date
    incidents: tuple[PastIncident, ...] | Unknown = UNKNOWN
    address_kind: AddressKind = AddressKind.HOME
    precision: Precision | Unknown = UNKNOWN
    starts_min: int | None = None
    ends_min: int | None = None
    crew_knows_area: bool | Unknown = UNKNOWN
    phone_signal: bool | Unknown = UNKNOWN
    resisted_before: bool | Unknown = UNKNOWN
    danger_before: bool | Unknown = UNKNOWN  # a crew left this person for safety, reported or not
    self_harm_risk: bool = False


Reason = tuple[RiskLevel, Message]
COARSE = (Precision.TOWNSHIP, Precision.COUNTY, Precision.UNPLACED)


def _incidents(facts: RiskFacts) -> Iterator[Reason]:
    if facts.incidents is UNKNOWN:
        yield RiskLevel.RAISED, Message(gettext_noop("Past incidents are not known"))
        return
    for incident in sorted(facts.incidents, key=lambda i: i.on, reverse=True):
        grave = incident.kind in GRAVE
        if grave or facts.today - incident.on <= RECENT:
            yield (
                RiskLevel.HIGH if grave else RiskLevel.RAISED,
                Message(
                    gettext_noop("Incident on %(day)s: %(kind)s"),
                    {"day": incident.on, "kind": INCIDENT_NAMES[incident.kind]},
                ),
            )


def _self_harm(facts: RiskFacts) -> Iterator[Reason]:
    if facts.self_harm_risk:
        yield RiskLevel.HIGH, Message(gettext_noop("The customer has shown a sign of self-harm"))


def _hour(facts: RiskFacts) -> Iterator[Reason]:
    late = facts.ends_min is not None and facts.ends_min > DUSK_MIN
    early = facts.starts_min is not None and facts.starts_min < DAWN_MIN
    if late or early:
        yield RiskLevel.RAISED, Message(gettext_noop("The visit falls into the dark hours"))


def _area(facts: RiskFacts) -> Iterator[Reason]:
    if facts.crew_knows_area is not True:
        yield RiskLevel.RAISED, Message(gettext_noop("The crew does not know the area"))
    if facts.phone_signal is False:
        yield RiskLevel.RAISED, Message(gettext_noop("There is no phone signal: agree on a time to report"))


def _place(facts: RiskFacts) -> Iterator[Reason]:
    if facts.precision is UNKNOWN or facts.precision in COARSE:
        yield RiskLevel.RAISED, Message(gettext_noop("The address is placed only roughly: people will be asked"))


def _resistance(facts: RiskFacts) -> Iterator[Reason]:
    if facts.danger_before is True:
        yield RiskLevel.HIGH, Message(gettext_noop("A crew has left this customer for safety before"))
    elif facts.resisted_before is True:
        yield RiskLevel.RAISED, Message(gettext_noop("The customer has resisted contact before"))


RISK_RULES: tuple[Callable[[RiskFacts], Iterator[Reason]], ...] = (
    _incidents,
    _self_harm,
    _hour,
    _area,
    _place,
    _resistance,
)


def risk_of_visit(facts: RiskFacts) -> tuple[RiskLevel, tuple[Message, ...]]:
    """The highest level of any reason; three raised reasons together make it high."""
    found = [reason for rule in RISK_RULES for reason in rule(facts)]
    levels = [level for level, _ in found]
    if RiskLevel.HIGH in levels or len(levels) >= RAISED_REASONS_THAT_MAKE_HIGH:
        level = RiskLevel.HIGH
    else:
        level = RiskLevel.RAISED if levels else RiskLevel.LOW
    return level, tuple(message for _, message in found)
