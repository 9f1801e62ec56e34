"""The manifest of a package: each item with its hash, in codes, nothing of anybody's words.

Free texts may name anyone; they stay in the bank, and the event's hash covers them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from zoufang.core.evidence import rough
from zoufang.core.values import Point, mask_name
from zoufang.core.visits import PaperStep
from zoufang.server.evidence.pack import Pack
from zoufang.server.papers.models import Paper, PaperStepRow
from zoufang.server.visiting.models import VisitEvent

WITHHELD = ("free_texts", "signers_identity", "contents_of_papers")
MASKED = ("names", "place_to_a_kilometre", "postal_numbers")
POSTAL = (PaperStep.POSTED, PaperStep.ARRIVED, PaperStep.CAME_BACK)


def manifest_of(pack: Pack, paths: Mapping[UUID, str], *, in_clear: bool) -> dict[str, Any]:
    """What the manifest says beside the export and the list of files; `paths` of originals that go along."""
    visit = pack.visit
    return {
        "visit": {
            "id": str(visit.pk),
            "day": visit.day.isoformat(),
            "branch": visit.branch.code,
            "crew": visit.crew.code,
            "purpose": visit.purpose,
            "visited": _name(visit.whom, in_clear),
            "role": visit.target_role,
            "debtor": _name(visit.party, in_clear),
            "state": visit.state,
            "outcome": visit.outcome,
            "paper_number": pack.paper.paper_no if pack.paper else None,
        },
        "officers": [_officer(one) for one in pack.officers],
        "grade": pack.graded.grade,
        "parts": {one.part: one.standing for one in pack.parts},
        "verdict": _verdict(pack),
        "events": [_event(row, in_clear) for row in pack.events],
        "originals": [_original(row, pack, paths) for row in pack.events if row.pk in pack.originals]
        + _facts(pack),
        "papers": [_paper(paper, in_clear) for paper in pack.papers],
        "withheld": list(WITHHELD if in_clear else WITHHELD + MASKED) + ([] if paths else ["originals"]),
    }


def _name(party: Any, in_clear: bool) -> str:
    name = str(party.identity.get("name", ""))
    return name if in_clear else mask_name(name)


def _officer(one: Any) -> dict[str, Any]:
    return {
        "number": one.user.employee_no,
        "name": one.user.full_name,
        "came": one.came,
        "work_id_until": one.user.work_id_until.isoformat() if one.user.work_id_until else None,
        "certificates": {row.course.code: row.expires.isoformat() for row in one.certificates},
        "lacking": [finding.message.params.get("course") for finding in one.lacking],
    }


def _verdict(pack: Pack) -> dict[str, Any] | None:
    if pack.verdict is None:
        return None
    body = pack.verdict.body
    return {
        "id": str(pack.verdict.pk),
        "decision": pack.verdict.decision,
        "cleared": pack.verdict.cleared,
        "at": pack.verdict.at.isoformat(),
        "pack_versions": body["pack_versions"],
        "rules": {finding["rule_id"]: finding["decision"] for finding in body["findings"]},
        "overridden_by": [row.by.employee_no for row in pack.verdict.overrides.select_related("by")],
    }


def _event(row: VisitEvent, in_clear: bool) -> dict[str, Any]:
    said: dict[str, Any] = {
        "id": str(row.pk),
        "kind": row.kind,
        "device_at": row.device_at.isoformat(),
        "server_at": row.server_at.isoformat(),
        "by": row.by.employee_no,
        "hash": row.body_hash,
        "from_paper": row.from_paper,
        "free_text": row.sealed_note is not None,
    }
    if row.lat is not None and row.lon is not None:
        point = Point(row.lat, row.lon) if in_clear else rough(Point(row.lat, row.lon))
        said |= {"lat": point.lat, "lon": point.lon, "datum": point.datum, "accuracy_m": row.accuracy_m}
    if "mock_location" in row.body:
        said["mock_location"] = row.body["mock_location"]
    return said


def _original(row: VisitEvent, pack: Pack, paths: Mapping[UUID, str]) -> dict[str, Any]:
    names = ("evidence", "algorithm", "digest")
    kept = {"event": str(row.pk), "state": pack.originals[row.pk], "path": paths.get(row.pk)}
    return {name: row.body[name] for name in names} | kept


def _facts(pack: Pack) -> list[dict[str, Any]]:
    """The facts of the verdict are an original too: their digest was kept with the verdict."""
    if pack.verdict is None:
        return []
    known = {"evidence": "facts", "algorithm": "SHA-256", "digest": pack.verdict.facts_id}
    return [known | {"event": None, "state": "whole", "path": "facts.json"}]


def _paper(paper: Paper, in_clear: bool) -> dict[str, Any]:
    return {
        "number": paper.number,
        "kind": paper.kind,
        "template": paper.template_version,
        "grade": paper.grade,
        "steps": [_step(row, in_clear) for row in paper.steps.all()],
    }


def _step(row: PaperStepRow, in_clear: bool) -> dict[str, Any]:
    """A postal number finds a person; the hash of a print or a scan finds nobody."""
    proof = "" if row.step in POSTAL and not in_clear else row.proof
    return {
        "step": row.step,
        "on": row.on.isoformat(),
        "by": row.by.employee_no,
        "signer": row.signer,
        "proof": proof,
    }
