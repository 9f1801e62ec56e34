"""A package of evidence proves itself offline: whatever is changed in it is found, and named by its place."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoufang.core.errors import BadInput
from zoufang.core.evidence import ChainDay, ChainLine, DayExtract, digest, line_hash, root_of
from zoufang.files.evidence_zip import chain_from_json, chain_to_json, check_package, pack_zip

MONDAY = date(2026, 5, 11)
PHOTO = b"\xff\xd8\xff door"
EVENTS = {"e1": "1" * 64, "e2": "2" * 64}
LINE = 2  # of the first day; the others of that day belong to somebody else


def a_chain() -> tuple[DayExtract, ...]:
    """Two closed days and an open one; of the first day one line of four is shown."""
    root, days = "", []
    for n in range(3):
        head, lines = root, []
        for number in range(1, 5):
            details = {"events": dict.fromkeys(EVENTS, "note_added"), "hashes": EVENTS} if number == LINE else {}
            at = datetime(2026, 5, 11 + n, number, tzinfo=UTC)
            line = ChainLine(number, at, "E001", "visit_events", "visit", "v", details, head)
            lines.append(replace(line, hash=line_hash(line)))
            head = lines[-1].hash
        day = ChainDay("371426", MONDAY + timedelta(days=n), root, 4, head)
        day = replace(day, root=root_of(day)) if n < 2 else day
        shown = DayExtract(day, tuple(line.hash for line in lines), (lines[LINE - 1],))
        days.append(shown if n == 0 else DayExtract(day))
        root = day.root
    return tuple(days)


def a_package() -> bytes:
    head = {
        "export": {"number": "371426-20260511-0009"},
        "events": [{"id": key, "hash": known} for key, known in EVENTS.items()],
        "originals": [{"path": "originals/01.jpg", "algorithm": "SM3", "digest": digest(PHOTO, "SM3")}],
    }
    return pack_zip(head, {"evidence.pdf": b"%PDF-", "originals/01.jpg": PHOTO}, a_chain())[0]


def opened(content: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def closed(files: dict[str, bytes], *, honest: bool = False) -> bytes:
    """Zipped again; `honest` False: with a manifest that agrees with the changed files, as a forger would."""
    if not honest:
        manifest = json.loads(files["manifest.json"])
        for entry in manifest["files"]:
            if entry["path"] in files:
                entry["sha256"] = sha256(files[entry["path"]]).hexdigest()
        files = files | {"manifest.json": json.dumps(manifest).encode()}
    made = BytesIO()
    with ZipFile(made, "w") as package:
        for name, content in files.items():
            package.writestr(name, content)
    return made.getvalue()


def told(content: bytes) -> list[str]:
    return [str(fault) for fault in check_package(content).faults]


def with_chain(change) -> bytes:
    """The chain changed, and all hashes of files made to agree."""
    files = opened(a_package())
    days = change(list(chain_from_json(json.loads(files["chain.json"]))))
    return closed(files | {"chain.json": json.dumps(chain_to_json(tuple(days))).encode()})


def test_a_package_is_whole_counts_its_parts_and_has_the_same_bytes_again():
    found = check_package(a_package())
    assert (found.faults, found.files, found.events, found.records) == ((), 3, 2, 1)
    assert found.number == "371426-20260511-0009"
    assert found.manifest_hash == sha256(opened(a_package())["manifest.json"]).hexdigest()
    assert a_package() == a_package()


@given(st.data())
def test_one_changed_byte_of_any_file_is_found_in_that_file(data):
    files = opened(a_package())
    path = data.draw(st.sampled_from(["evidence.pdf", "originals/01.jpg", "chain.json"]))
    at = data.draw(st.integers(0, len(files[path]) - 1))
    content = bytearray(files[path])
    content[at] ^= data.draw(st.integers(1, 255))
    faults = told(closed(files | {path: bytes(content)}, honest=True))
    assert f"{path}: changed, its SHA-256 is not that of the manifest" in faults


@pytest.mark.parametrize("path", ["evidence.pdf", "originals/01.jpg", "chain.json"])
def test_a_file_taken_out_is_named(path):
    files = opened(a_package())
    del files[path]
    assert f"{path}: named in the manifest, missing from the package" in told(closed(files))


def test_a_file_put_in_is_named():
    files = opened(a_package()) | {"more.txt": b"x"}
    assert told(closed(files)) == ["more.txt: in the package, not named in the manifest"]


def test_an_original_changed_together_with_the_list_of_files_still_misses_the_hash_of_its_capture():
    files = opened(a_package()) | {"originals/01.jpg": PHOTO + b"x"}
    assert told(closed(files)) == ["originals/01.jpg: its SM3 is not that of its capture"]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"actor": "E002"}, "line 2 was changed"),
        ({"details": {}}, "line 2 was changed"),
        ({"at": datetime(2026, 5, 11, 3, tzinfo=UTC)}, "line 2 was changed"),
        ({"previous_hash": "0" * 64}, "line 2 does not follow the line before"),
        ({"number": 3}, "line 3 was changed"),
        ({"number": 9}, "line 9 is missing"),
    ],
)
def test_a_changed_audit_record_is_named_though_all_file_hashes_agree(change, fault):
    def forge(days):
        return [replace(days[0], lines=(replace(days[0].lines[0], **change),)), *days[1:]]

    assert f"371426 2026-05-11: {fault}" in told(with_chain(forge))


def test_a_record_hashed_anew_is_not_the_one_of_its_day():
    def forge(days):
        line = replace(days[0].lines[0], actor="E002")
        return [replace(days[0], lines=(replace(line, hash=line_hash(line)),)), *days[1:]]

    assert "371426 2026-05-11: line 2 was changed" in told(with_chain(forge))


def test_a_whole_day_forged_breaks_at_the_next_one():
    def forge(days):
        line = replace(days[0].lines[0], actor="E002")
        line = replace(line, hash=line_hash(line))
        hashes = (days[0].hashes[0], line.hash)
        day = replace(days[0].day, lines=2, head=line.hash)
        return [DayExtract(replace(day, root=root_of(day)), hashes, (line,)), *days[1:]]

    assert "371426 2026-05-12: does not follow the day before" in told(with_chain(forge))


@pytest.mark.parametrize("gone", [1, 2])
def test_a_day_taken_out_is_found_at_the_next_or_by_the_manifests_head(gone):
    def forge(days):
        return [day for n, day in enumerate(days) if n != gone]

    expected = {
        1: "371426 2026-05-13: does not follow the day before",
        2: "The chain's end in chain.json is not the head that the manifest names",
    }
    assert expected[gone] in told(with_chain(forge))


@pytest.mark.parametrize(
    "hashes", [lambda known: known[:-1], lambda known: known[::-1], lambda known: (*known, "0")]
)
def test_the_hashes_of_a_day_cannot_be_cut_turned_or_added_to(hashes):
    def forge(days):
        return [replace(days[0], hashes=hashes(days[0].hashes)), *days[1:]]

    assert any("2026-05-11" in fault for fault in told(with_chain(forge)))


@pytest.mark.parametrize(
    ("events", "fault"),
    [
        ([], "Event e1: an audit record names it, the manifest does not"),
        ([{"id": "e1", "hash": "9" * 64}], "Event e1: its hash is not that of its audit record"),
        ([{"id": "e9", "hash": "9" * 64}], "Event e9: no audit record names it"),
    ],
)
def test_events_are_those_of_the_audit_records(events, fault):
    files = opened(a_package())
    manifest = json.loads(files["manifest.json"]) | {"events": events}
    assert fault in told(closed(files | {"manifest.json": json.dumps(manifest).encode()}))


@pytest.mark.parametrize(
    "content",
    [b"", b"no zip", closed({"manifest.json": b"{}"}, honest=True), closed({"other": b"x"}, honest=True)],
    ids=["empty", "no zip", "no form", "no manifest"],
)
def test_what_is_no_package_is_said_to_be_none(content):
    with pytest.raises(BadInput):
        check_package(content)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_refused():
    made = BytesIO()
    with ZipFile(made, "w") as package:
        for _twice in range(2):
            package.writestr("manifest.json", opened(a_package())["manifest.json"])
    with pytest.raises(BadInput, match="two files of one name"):
        check_package(made.getvalue())
