"""A thin signed statement that stands in for a missing fact, for one source file, until it expires."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zoufang.core.errors import BadInput

# What two people may vouch for. Death, dispute, complaint, minors, capacity and consent are never among them.
ATTESTABLE = frozenset(
    {
        "address_source",
        "phone_source",
        "contact_log_from",
        "contact_refused",
        "plan_state",
        "hardship_review",
        "legal_stage",
        "transferred",
        "limitation_ends",
        "guarantees",
        "represented",
        "vulnerabilities",
        "quiet_days",
        "do_not_visit",
    }
)


@dataclass(frozen=True, slots=True)
class Attestation:
    """Two people vouch that nothing stands against contact under `fact` for the customers of `source_file`."""

    fact: str
    basis: str
    source_file: str
    signed_by: tuple[str, str]
    signed_on: date
    expires: date

    def __post_init__(self) -> None:
        if self.fact not in ATTESTABLE:
            raise BadInput(
                f"{self.fact!r} cannot be attested. Ask for the fact itself, or choose one of: "
                f"{', '.join(sorted(ATTESTABLE))}."
            )
        if len(set(self.signed_by)) != 2 or not all(self.signed_by):
            raise BadInput(f"Attestation of {self.fact} needs two different signers. Let a second person sign.")
        if not (self.basis and self.source_file) or self.expires < self.signed_on:
            raise BadInput(f"Attestation of {self.fact} needs a basis, a source file and a later expiry.")

    def covers(self, fact: str, source_file: str, today: date) -> bool:
        return self.fact == fact and self.source_file == source_file and self.signed_on <= today <= self.expires
