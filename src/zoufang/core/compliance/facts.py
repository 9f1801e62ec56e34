"""Everything the rules need to know about one debtor, one target and one place.

Every field is what the bank's own registers say on the day: `False` means "the register is kept and has no entry",
`UNKNOWN` means "nobody has told us". An unknown that a rule needs blocks, unless two people attest it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from zoufang.core.compliance.attestation import Attestation
from zoufang.core.compliance.unknown import UNKNOWN, Unknown
from zoufang.core.errors import BadInput
from zoufang.core.values import Channel, GuaranteeKind, PartyRole, SourceCode, TimeWindow


class ContactOutcome(StrEnum):
    REACHED = "reached"  # talked with the party: an effective contact
    UNANSWERED = "unanswered"
    NUMBER_INVALID = "number_invalid"
    NOT_MET = "not_met"  # a visit without the party
    SENT = "sent"  # a message or letter, nothing known of its arrival
    DELIVERED = "delivered"
    FAILED = "failed"


class PlanState(StrEnum):
    NONE = "none"
    PERFORMING = "performing"
    BROKEN = "broken"
    FULFILLED = "fulfilled"


class LegalStage(StrEnum):
    NONE = "none"
    MEDIATION = "mediation"  # 诉前调解
    PAYMENT_ORDER = "payment_order"  # 支付令
    ARBITRATION = "arbitration"  # 仲裁
    PRESERVATION = "preservation"  # 保全
    LITIGATION = "litigation"  # 诉讼
    NOTARIAL = "notarial"  # 公证强制执行
    ENFORCEMENT = "enforcement"  # 执行


class Vulnerability(StrEnum):
    ILLNESS = "illness"
    MENTAL_IMPAIRMENT = "mental_impairment"
    BEREAVEMENT = "bereavement"
    LATE_PREGNANCY = "late_pregnancy"
    SELF_HARM_RISK = "self_harm_risk"
    OTHER = "other"


class QuietKind(StrEnum):
    BEREAVEMENT = "bereavement"
    HOSPITAL = "hospital"
    EXAM = "exam"


@dataclass(frozen=True, slots=True)
class PastContact:
    """One line of the contact log, over all loans, channels and agencies.

    `party_id` is who was contacted, `about` the debtor whose debt it was (empty: the debtor of these facts).
    """

    at: datetime
    channel: Channel
    party_id: str
    role: PartyRole
    outcome: ContactOutcome
    phone_id: str = ""
    by_bank: bool = True  # False when the customer called or came
    agency: str = ""
    about: str = ""

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise BadInput(f"Contact of {self.at} carries no zone. Attach one where the time is made.")


@dataclass(frozen=True, slots=True)
class QuietDays:
    """Days on which the debtor is to be left alone, both ends included."""

    start: date
    end: date
    kind: QuietKind


@dataclass(frozen=True, slots=True)
class Guarantee:
    """A guarantor's promise until `period_ends`; a demand on a joint guarantor within it keeps the right."""

    party_id: str
    kind: GuaranteeKind
    period_ends: date
    demanded_on: date | None = None
    sued_on: date | None = None

    @property
    def kept(self) -> bool:
        """Asserted within the period: by demand on a joint guarantor, by suit for an ordinary one (民法典 693)."""
        asserted = self.demanded_on if self.kind is GuaranteeKind.JOINT else self.sued_on
        return asserted is not None and asserted <= self.period_ends


@dataclass(frozen=True, slots=True)
class ContactData:
    """An address or phone number with its lawful origin (CN-P5). `not_here`: the wrong person was found there."""

    id: str
    source: SourceCode | Unknown = UNKNOWN
    sourced_on: date | Unknown = UNKNOWN
    basis: str = ""
    zone: str = "Asia/Shanghai"
    not_here: bool = False

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.zone)
        except (KeyError, ValueError):
            raise BadInput(f"{self.zone!r} is not a time zone. Use a name such as Asia/Shanghai.") from None

    @property
    def origin(self) -> SourceCode | Unknown:
        """The source, when it is complete: code, date and basis."""
        return self.source if self.sourced_on is not UNKNOWN and self.basis else UNKNOWN


@dataclass(frozen=True, slots=True)
class Consent:
    """The debtor's stored agreement to be contacted at other hours: who, when, how, scope, expiry."""

    party_id: str
    channel: Channel
    window: TimeWindow
    given_on: date
    how: str
    expires: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known on the day of the review. Personal data stay outside: ids only."""

    customer_id: str
    source_file: str = ""
    # the debtor
    deceased: bool | Unknown = UNKNOWN
    lacks_capacity: bool | Unknown = UNKNOWN
    debtor_is_company: bool | Unknown = UNKNOWN  # asked only of an actual controller
    # the person to be contacted, who may be the debtor
    target_deceased: bool | Unknown = UNKNOWN  # asked only of a target who is not the debtor
    target_lacks_capacity: bool | Unknown = UNKNOWN  # likewise
    minor: bool | Unknown = UNKNOWN
    represented: bool | Unknown = UNKNOWN
    vulnerabilities: tuple[Vulnerability, ...] | Unknown = UNKNOWN
    quiet_days: tuple[QuietDays, ...] | Unknown = UNKNOWN
    contact_refused: bool | Unknown = UNKNOWN
    refused_channels: tuple[Channel, ...] = ()  # of this person, as far as it holds for this address or number
    # the account
    complaint_open: bool | Unknown = UNKNOWN
    dispute_open: bool | Unknown = UNKNOWN
    plan_state: PlanState | Unknown = UNKNOWN
    hardship_review: bool | Unknown = UNKNOWN
    legal_stage: LegalStage | Unknown = UNKNOWN
    transferred: bool | Unknown = UNKNOWN
    limitation_ends: date | Unknown | None = UNKNOWN
    guarantees: tuple[Guarantee, ...] | Unknown = UNKNOWN
    counsel_leave: bool = False
    # the contact log, complete from `contact_log_from` on
    contacts: tuple[PastContact, ...] = ()
    contact_log_from: date | Unknown = UNKNOWN
    debtor_phones: tuple[str, ...] = ()
    # the place, the number, the promises
    do_not_visit: bool | Unknown = UNKNOWN
    address: ContactData | None = None
    phone: ContactData | None = None
    consents: tuple[Consent, ...] = ()
    attestations: tuple[Attestation, ...] = ()

    @property
    def address_source(self) -> SourceCode | Unknown:
        return self.address.origin if self.address else UNKNOWN

    @property
    def phone_source(self) -> SourceCode | Unknown:
        return self.phone.origin if self.phone else UNKNOWN

    def zone_for(self, channel: Channel) -> ZoneInfo:
        """Hours are judged where the customer is: at the address visited, or by the number's zone."""
        place = self.phone if channel in (Channel.CALL, Channel.SMS) else self.address
        return ZoneInfo(place.zone if place else "Asia/Shanghai")

    def attested(self, fact: str, today: date) -> Attestation | None:
        """The signed statement that stands in for `fact`, if one holds today for this source file."""
        return next((a for a in self.attestations if a.covers(fact, self.source_file, today)), None)
