"""The simulated bank as plain frozen values: what a bank would know, and nothing of what it could not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from zoufang.core.errors import BadInput
from zoufang.core.portfolio import Loan, Product
from zoufang.core.values import (
    AddressKind,
    GuaranteeKind,
    PartyKind,
    PartyRole,
    Point,
    Precision,
    Qualification,
    SecurityKind,
    SourceCode,
    TimeWindow,
)


@dataclass(frozen=True, slots=True)
class BankSize:
    """How much to invent. Officers go in pairs."""

    customers: int = 2_000
    crews: int = 6

    def __post_init__(self) -> None:
        if not (1 <= self.customers <= 20_000 and 1 <= self.crews <= 400):
            raise BadInput("A simulated bank has 1 to 20,000 customers and 1 to 400 crews. Correct the size.")


@dataclass(frozen=True, slots=True)
class SimulatedBranch:
    """`level` is head_office, branch or sub_branch."""

    code: str
    name: str
    level: str
    parent: str
    point: Point


@dataclass(frozen=True, slots=True)
class SimulatedOfficer:
    employee_no: str
    name: str
    branch_code: str
    qualifications: tuple[Qualification, ...]


@dataclass(frozen=True, slots=True)
class SimulatedCrew:
    code: str
    name: str
    branch_code: str
    officers: tuple[str, str]
    depot: Point
    shift: TimeWindow


@dataclass(frozen=True, slots=True)
class SimulatedAddress:
    address_id: str
    kind: AddressKind
    text: str
    county: str
    township: str
    village: str
    point: Point | None
    precision: Precision
    source: SourceCode
    sourced_on: date


@dataclass(frozen=True, slots=True)
class SimulatedParty:
    """A customer, guarantor, co-debtor, heir or legal representative. `county` names the home county."""

    party_id: str
    kind: PartyKind
    name: str
    id_number: str
    county: str
    phones: tuple[str, ...]
    addresses: tuple[SimulatedAddress, ...]
    legal_rep_name: str = ""
    legal_rep_id: str = ""
    controller_name: str = ""


@dataclass(frozen=True, slots=True)
class SimulatedRole:
    loan_id: str
    party_id: str
    role: PartyRole
    guarantee: GuaranteeKind | None = None
    guarantee_until: date | None = None


@dataclass(frozen=True, slots=True)
class SimulatedCollateral:
    number: str
    loan_id: str
    kind: SecurityKind
    description: str
    value_fen: int
    valued_on: date
    rank: int
    place: str


@dataclass(frozen=True, slots=True)
class SimulatedLoan:
    """`ledger` holds schedule and entries until the bank's start; payments in play come from `payments_on`."""

    loan_id: str
    customer_id: str
    branch_code: str
    contract_no: str
    product_name: str
    amount_fen: int
    annual_rate_bp: int
    opened_on: date
    matures_on: date
    security: SecurityKind
    limitation_ends: date
    ledger: Loan

    @property
    def product(self) -> Product:
        return self.ledger.product


@dataclass(frozen=True, slots=True)
class SimulatedStop:
    """`kind` in the oversight register's words: deceased, dispute, vulnerable, hardship_review ..."""

    customer_id: str
    kind: str
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class SimulatedComplaint:
    customer_id: str
    about: str
    opened_on: date
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class SimulatedCall:
    """A call before the bank's start; the log is complete for its last 30 days."""

    reference: str
    customer_id: str
    at: datetime
    phone: str
    reached: bool


@dataclass(frozen=True, slots=True)
class SimulatedBank:
    """Everything derives from `seed`. What customers are really like is not here: see people.truth_of."""

    seed: int
    start: date
    size: BankSize
    name: str
    branches: tuple[SimulatedBranch, ...]
    officers: tuple[SimulatedOfficer, ...]
    crews: tuple[SimulatedCrew, ...]
    customers: tuple[SimulatedParty, ...]
    others: tuple[SimulatedParty, ...]
    loans: tuple[SimulatedLoan, ...]
    roles: tuple[SimulatedRole, ...]
    collateral: tuple[SimulatedCollateral, ...]
    stops: tuple[SimulatedStop, ...]
    complaints: tuple[SimulatedComplaint, ...]
    calls: tuple[SimulatedCall, ...]
