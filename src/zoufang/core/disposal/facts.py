"""What is known of one debt when a stage is asked for. What nobody has said is UNKNOWN, and never fine."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date

from zoufang.core.compliance import UNKNOWN, PlanState, Unknown
from zoufang.core.disposal.kinds import StageKind
from zoufang.core.errors import BadInput


@dataclass(frozen=True, slots=True)
class Stated:
    """What only the paper file tells: said by the proposer, confirmed by whoever approves."""

    contract_at_hand: bool | Unknown = UNKNOWN
    arbitration_clause: bool | Unknown = UNKNOWN
    notarised: bool | Unknown = UNKNOWN
    no_counter_debt: bool | Unknown = UNKNOWN
    assets_found: bool | Unknown = UNKNOWN
    transfer_permitted: bool | Unknown = UNKNOWN
    effective_on: date | Unknown = UNKNOWN  # from when the judgment, award or order may be enforced
    service_address_agreed: bool | Unknown = UNKNOWN

    def as_json(self) -> dict[str, str | bool]:
        said = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in said.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """One loan with its debtor on a day. `failed_attempts`: contacts in a row that reached nobody."""

    today: date
    arrears_fen: int | Unknown = UNKNOWN
    balance_fen: int | Unknown = UNKNOWN
    dpd: int | Unknown = UNKNOWN
    five_class: str | Unknown = UNKNOWN
    limitation_ends: date | Unknown = UNKNOWN
    guarantee_ends: date | None = None  # the next one that was not claimed yet
    demanded_on: date | None = None  # by a paper of grade A or B
    deceased: bool | Unknown = UNKNOWN
    dispute_open: bool | Unknown = UNKNOWN
    complaint_open: bool | Unknown = UNKNOWN
    plan_state: PlanState | Unknown = UNKNOWN
    held: bool | Unknown = UNKNOWN  # after a sign of self-harm (CN-X12)
    transferred: bool | Unknown = UNKNOWN
    hardship_seen_on: date | None = None
    hardship_open: bool | Unknown = UNKNOWN
    hardship_reviewed_on: date | None = None
    address_confirmed_on: date | None = None
    secured: bool | Unknown = UNKNOWN
    refusals: int = 0
    failed_attempts: int = 0
    pursuit_steps: int = 0
    pursued_since: date | None = None
    ended: tuple[StageKind, ...] = ()  # closed stages that did not bring the money
    ordered: bool = False  # a closed stage left a paper that can be enforced
    stated: Stated = field(default_factory=Stated)

    def __post_init__(self) -> None:
        if min(self.refusals, self.failed_attempts, self.pursuit_steps) < 0:
            raise BadInput("Counts of a case are not negative. Correct the facts.")

    @property
    def needs_review(self) -> bool:
        """Signs that the debtor cannot pay, and nobody has looked at them since: never pushed into court."""
        if self.hardship_open is not False:
            return True
        seen, reviewed = self.hardship_seen_on, self.hardship_reviewed_on
        return seen is not None and (reviewed is None or reviewed < seen)
