"""The simulated bank's gazetteer, by which its text-only addresses are placed."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256

from zoufang.core.simulation import SimulatedBank, gazetteer_entries
from zoufang.server.demo.found import Staff
from zoufang.server.places.services import import_gazetteer, place_addresses


def take_gazetteer(bank: SimulatedBank, team: Staff, at: datetime) -> None:
    """Taken in and used on the first morning."""
    entries = gazetteer_entries(bank.seed)
    digest = sha256(json.dumps([asdict(entry) for entry in entries], ensure_ascii=False).encode()).hexdigest()
    import_gazetteer(
        entries=entries,
        file_name="simulated",
        source=entries[0].source,
        sha256=digest,
        by=team.planner,
        at=at,
        simulated=True,
    )
    place_addresses(by=team.planner, at=at)
