"""The package of a visit's evidence: a zip with a manifest that lists each thing by its hash, checked offline.

`manifest.json` names every file with its SHA-256; `chain.json` holds the audit records with the links that prove
them. What the package cannot prove by itself is that nobody made it anew in whole: the SHA-256 of its manifest
stands in the bank's own audit chain, and is printed by the check so that the two can be compared.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from zoufang.core.errors import BadInput
from zoufang.core.evidence import ChainDay, ChainLine, DayExtract, digest, verify_extract
from zoufang.core.values import Message, gettext_noop

FORMAT = "zoufang-evidence/1"
MANIFEST, CHAIN = "manifest.json", "chain.json"
CHANGED = gettext_noop("%(path)s: changed, its SHA-256 is not that of the manifest")
MISSING = gettext_noop("%(path)s: named in the manifest, missing from the package")
EXTRA = gettext_noop("%(path)s: in the package, not named in the manifest")
ORIGINAL = gettext_noop("%(path)s: its %(algorithm)s is not that of its capture")
NOT_CHAINED = gettext_noop("Event %(event)s: no audit record names it")
OTHER_HASH = gettext_noop("Event %(event)s: its hash is not that of its audit record")
LEFT_OUT = gettext_noop("Event %(event)s: an audit record names it, the manifest does not")
OTHER_HEAD = gettext_noop("The chain's end in chain.json is not the head that the manifest names")


@dataclass(frozen=True, slots=True)
class CheckedPackage:
    """`faults` is empty for a whole package. `manifest_hash`: to be compared with the bank's audit chain."""

    number: str
    manifest_hash: str
    files: int
    events: int
    records: int
    faults: tuple[Message, ...]


def pack_zip(
    head: Mapping[str, Any], files: Mapping[str, bytes], chain: tuple[DayExtract, ...]
) -> tuple[bytes, str]:
    """The package and the SHA-256 of its manifest. `head`: what the manifest says beside the list of files."""
    contents = dict(files) | {CHAIN: _json(chain_to_json(chain))}
    listed = [
        {"path": path, "bytes": len(content), "sha256": sha256(content).hexdigest()}
        for path, content in sorted(contents.items())
    ]
    last = chain[-1].day if chain else None
    chained = (
        {"branch": last.branch, "day": last.day.isoformat(), "lines": last.lines, "head": last.head}
        if last
        else None
    )
    manifest = _json({"format": FORMAT, **head, "chain_head": chained, "files": listed})
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as package:
        for path, content in {MANIFEST: manifest, **dict(sorted(contents.items()))}.items():
            package.writestr(ZipInfo(path), content, ZIP_DEFLATED)
    return made.getvalue(), sha256(manifest).hexdigest()


def check_package(content: bytes) -> CheckedPackage:
    """Every fault with its place. BadInput for what is no package of evidence."""
    files = _files(content)
    raw = files.pop(MANIFEST, b"")
    manifest = _manifest(raw)
    faults = [*_of_files(manifest, files), *_of_originals(manifest, files)]
    days = _chain(files, broken=bool(faults))
    if days is not None:
        faults += [*_of_chain(manifest, days), *_of_events(manifest, days)]
    return CheckedPackage(
        number=str(manifest["export"]["number"]),
        manifest_hash=sha256(raw).hexdigest(),
        files=len(manifest["files"]),
        events=len(manifest["events"]),
        records=sum(len(day.lines) for day in days or ()),
        faults=tuple(faults),
    )


def _chain(files: Mapping[str, bytes], *, broken: bool) -> tuple[DayExtract, ...] | None:
    """None where it cannot be read in a package that is `broken` anyhow; BadInput in one that seems whole."""
    try:
        return chain_from_json(_read(files.get(CHAIN, b""), CHAIN))
    except BadInput:
        if not broken:
            raise
        return None


def _files(content: bytes) -> dict[str, bytes]:
    try:
        with ZipFile(BytesIO(content)) as package:
            names = package.namelist()
            if len(names) != len(set(names)):
                raise BadInput("The package holds two files of one name. Take the file that the bank handed out.")
            return {name: package.read(name) for name in names}
    except (BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise BadInput(f"This is no readable package of evidence: {error}. Take an intact copy.") from error


def _manifest(raw: bytes) -> dict[str, Any]:
    found = _read(raw, MANIFEST)
    asked = {"export": dict, "files": list, "events": list, "originals": list, "chain_head": dict | None}
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise BadInput(f"The manifest is not of the form {FORMAT}. Take a package that Zoufang made.")
    for name, kind in asked.items():
        if name not in found or not isinstance(found[name], kind):
            raise BadInput(f"The manifest lacks {name!r}. Take the file that the bank handed out.")
    return found


def _of_files(manifest: Mapping[str, Any], files: Mapping[str, bytes]) -> Iterator[Message]:
    named = {entry["path"]: entry["sha256"] for entry in manifest["files"]}
    for path, expected in named.items():
        if path not in files:
            yield Message(MISSING, {"path": path})
        elif sha256(files[path]).hexdigest() != expected:
            yield Message(CHANGED, {"path": path})
    for path in sorted(files.keys() - named.keys()):
        yield Message(EXTRA, {"path": path})


def _of_originals(manifest: Mapping[str, Any], files: Mapping[str, bytes]) -> Iterator[Message]:
    for one in manifest["originals"]:
        path = one.get("path")
        if path in files and digest(files[path], one["algorithm"]) != one["digest"]:
            yield Message(ORIGINAL, {"path": path, "algorithm": one["algorithm"]})


def _of_chain(manifest: Mapping[str, Any], days: tuple[DayExtract, ...]) -> Iterator[Message]:
    yield from (fault.message for fault in verify_extract(days))
    head = manifest["chain_head"]
    last = days[-1].day if days else None
    said = (last.branch, last.day.isoformat(), last.lines, last.head) if last else None
    if said != (tuple(head[name] for name in ("branch", "day", "lines", "head")) if head else None):
        yield Message(OTHER_HEAD)


def _of_events(manifest: Mapping[str, Any], days: tuple[DayExtract, ...]) -> Iterator[Message]:
    """Each event is told by an audit record and by the manifest, with the same hash."""
    told: dict[str, str | None] = {}
    for line in (line for day in days for line in day.lines):
        if isinstance(line.details.get("events"), dict):
            hashes = line.details.get("hashes", {})
            told |= {key: hashes.get(key) for key in line.details["events"]}
    listed = {one["id"]: one["hash"] for one in manifest["events"]}
    for key, known in listed.items():
        if key not in told:
            yield Message(NOT_CHAINED, {"event": key})
        elif told[key] not in (None, known):
            yield Message(OTHER_HASH, {"event": key})
    for key in told.keys() - listed.keys():
        yield Message(LEFT_OUT, {"event": key})


def chain_to_json(days: tuple[DayExtract, ...]) -> list[dict[str, Any]]:
    return [
        {
            "branch": one.day.branch,
            "day": one.day.day.isoformat(),
            "previous_root": one.day.previous_root,
            "count": one.day.lines,
            "head": one.day.head,
            "root": one.day.root,
            "hashes": list(one.hashes),
            "lines": [_line_to_json(line) for line in one.lines],
        }
        for one in days
    ]


def _line_to_json(line: ChainLine) -> dict[str, Any]:
    names = ("number", "actor", "action", "subject_kind", "subject_id", "details", "previous_hash", "hash")
    return {name: getattr(line, name) for name in names} | {"at": line.at.isoformat()}


def chain_from_json(stored: Any) -> tuple[DayExtract, ...]:
    """BadInput where it is not what `chain_to_json` writes."""
    try:
        return tuple(
            DayExtract(
                ChainDay(
                    one["branch"],
                    date.fromisoformat(one["day"]),
                    one["previous_root"],
                    one["count"],
                    one["head"],
                    one["root"],
                ),
                tuple(one["hashes"]),
                tuple(ChainLine(**line | {"at": datetime.fromisoformat(line["at"])}) for line in one["lines"]),
            )
            for one in stored
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadInput(f"{CHAIN} is not readable ({error}). Take the file that the bank handed out.") from error


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _read(raw: bytes, name: str) -> Any:
    try:
        return json.loads(raw.decode())
    except (ValueError, UnicodeDecodeError) as error:
        raise BadInput(f"{name} is missing or unreadable. Take the file that the bank handed out.") from error
