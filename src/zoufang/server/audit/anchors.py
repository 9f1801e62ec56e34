"""Heads of the chains, written down outside the database: they tell when an end was cut off or written anew.

A file of JSON lines, each with the SHA-256 of the line before it. Whoever can write both the database and this
file can still deceive: keep the file where the database's administrator cannot write, or copy it there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Max

from zoufang.core.errors import BadInput
from zoufang.core.evidence import Anchor
from zoufang.core.values import Message, gettext_noop
from zoufang.server.audit.models import AuditDay


@dataclass(frozen=True, slots=True)
class Anchored:
    """Each line that was ever a head, by its first hash; `faults`: where the file itself was changed."""

    anchors: tuple[Anchor, ...]
    faults: tuple[Message, ...]


def anchor_file() -> Path | None:
    """Where the installation keeps its anchors; None: it keeps none."""
    path: Path | None = settings.ZOUFANG_AUDIT_ANCHORS
    return path


def kept_anchors() -> Anchored:
    """Those of the installation's own file, if it has been begun."""
    path = anchor_file()
    return read_anchors(path) if path is not None and path.is_file() else Anchored((), ())


def keep_anchors(at: datetime) -> int:
    """Recurring work: write the heads down in the installation's own file."""
    path = anchor_file()
    return write_anchors(at, path) if path is not None else 0


def write_anchors(at: datetime, path: Path) -> int:
    """Append the heads that moved since the last record; how many. Safe to repeat."""
    records = list(_records(path)) if path.is_file() else []
    known = {(h["branch"], h["day"], h["line"]): h["hash"] for _raw, one in records for h in one["heads"]}
    fresh = [head for head in heads() if known.get((head["branch"], head["day"], head["line"])) != head["hash"]]
    if fresh:
        previous = sha256(records[-1][0].encode()).hexdigest() if records else ""
        record = {"at": at.isoformat(), "heads": fresh, "previous": previous}
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(record, sort_keys=True, ensure_ascii=False) + "\n")
    return len(fresh)


def heads() -> list[dict[str, Any]]:
    """The last line of each chain as it stands."""
    newest = AuditDay.objects.filter(lines__gt=0).values("branch_code").annotate(last=Max("day"))
    last = {row["branch_code"]: row["last"] for row in newest}
    rows = AuditDay.objects.filter(branch_code__in=last, day__in=set(last.values())).order_by("branch_code")
    return [
        {"branch": row.branch_code, "day": row.day.isoformat(), "line": row.lines, "hash": row.head}
        for row in rows
        if row.day == last[row.branch_code]
    ]


def read_anchors(path: Path) -> Anchored:
    """BadInput for what is no file of anchors; a record that doesn't hang on the one before it is a fault."""
    found: dict[tuple[str, date, int], Anchor] = {}
    faults, previous = [], ""
    for number, (raw, record) in enumerate(_records(path), 1):
        if record["previous"] != previous:
            text = gettext_noop("Anchors %(file)s: record %(number)s does not follow the record before")
            faults.append(Message(text, {"file": path.name, "number": number}))
        previous = sha256(raw.encode()).hexdigest()
        at = datetime.fromisoformat(record["at"])
        for head in record["heads"]:
            on = date.fromisoformat(head["day"])
            one = Anchor(head["branch"], on, head["line"], head["hash"], at)
            found.setdefault((one.branch, one.day, one.line), one)
    return Anchored(tuple(found.values()), tuple(faults))


def _records(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    if not path.is_file():
        raise BadInput(f"There is no file of anchors at {path.name}. Name one that `zoufang audit anchor` wrote.")
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            record = json.loads(raw)
            (
                record["at"],
                record["previous"],
                [(h["branch"], h["day"], h["line"], h["hash"]) for h in record["heads"]],
            )
        except (ValueError, KeyError, TypeError) as error:
            raise BadInput(f"{path.name}, line {number}, is no record of anchors. Take an intact copy.") from error
        yield raw, record
