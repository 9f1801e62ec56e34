"""A bank with known truth: the demo's data, and the test of the estimators. Everything derives from a seed."""

from zoufang.core.simulation.bank import (
    BankSize,
    SimulatedAddress,
    SimulatedBank,
    SimulatedBranch,
    SimulatedCall,
    SimulatedCollateral,
    SimulatedComplaint,
    SimulatedCrew,
    SimulatedLoan,
    SimulatedOfficer,
    SimulatedParty,
    SimulatedRole,
    SimulatedStop,
)
from zoufang.core.simulation.book import book_rows, call_rows, payment_rows
from zoufang.core.simulation.chance import uuid_of
from zoufang.core.simulation.days import (
    Contact,
    History,
    Promise,
    SimulatedPayment,
    arrears_on,
    payments_on,
    recovered,
    true_effect,
)
from zoufang.core.simulation.doors import CallOutcome, VisitOutcome, call_outcome, visit_outcome
from zoufang.core.simulation.gazetteer import gazetteer_entries
from zoufang.core.simulation.others import other_answers, other_outcome
from zoufang.core.simulation.parties import door_point
from zoufang.core.simulation.people import Response, Truth, truth_of
from zoufang.core.simulation.population import make_bank

__all__ = [
    "BankSize",
    "CallOutcome",
    "Contact",
    "History",
    "Promise",
    "Response",
    "SimulatedAddress",
    "SimulatedBank",
    "SimulatedBranch",
    "SimulatedCall",
    "SimulatedCollateral",
    "SimulatedComplaint",
    "SimulatedCrew",
    "SimulatedLoan",
    "SimulatedOfficer",
    "SimulatedParty",
    "SimulatedPayment",
    "SimulatedRole",
    "SimulatedStop",
    "Truth",
    "VisitOutcome",
    "arrears_on",
    "book_rows",
    "call_outcome",
    "call_rows",
    "door_point",
    "gazetteer_entries",
    "make_bank",
    "other_answers",
    "other_outcome",
    "payment_rows",
    "payments_on",
    "recovered",
    "true_effect",
    "truth_of",
    "uuid_of",
    "visit_outcome",
]
