"""What a user uploads never lies readable on the disk, and what nobody imports does not stay."""

from __future__ import annotations

import os
from datetime import timedelta
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.server.staffing import a_bank, a_member
from zoufang.core.errors import BadInput, NotFound
from zoufang.server.book import sealed_files, uploads
from zoufang.server.staff.clock import machine_time

SECRET = "身份证,371402198503152715\n".encode() * 10
KEY = bytes(range(32))


@pytest.fixture
def by(db, settings, tmp_path):
    settings.ZOUFANG_FILES = tmp_path / "files"
    a_bank()
    return a_member("manager")


def on_disk(settings) -> bytes:
    files = [path for path in (settings.ZOUFANG_FILES / "uploads").rglob("*") if path.is_file()]
    return b"".join(path.name.encode() + path.read_bytes() for path in files)


def test_content_and_name_lie_sealed_and_open_for_reading_only(by, settings):
    kept = uploads.keep_upload(pieces=[SECRET[:40], SECRET[40:]], file_name="张建国.csv", by=by)
    again = uploads.upload_of(kept.id, by)
    assert b"371402198503152715" not in on_disk(settings)
    assert "张建国".encode() not in on_disk(settings)
    with again.opened() as path:
        assert (path.name, path.read_bytes()) == ("张建国.csv", SECRET)
        assert path.parent.stat().st_mode & 0o077 == 0
    assert not path.exists()
    assert b"371402198503152715" not in on_disk(settings)


def test_the_opened_copy_goes_even_when_reading_fails(by):
    kept = uploads.keep_upload(pieces=[SECRET], file_name="a.csv", by=by)
    with pytest.raises(RuntimeError), kept.opened() as path:
        raise RuntimeError("unreadable")
    assert not path.exists()


def test_another_copy_outlives_the_first(by):
    kept = uploads.keep_upload(pieces=[SECRET], file_name="a.csv", by=by)
    twin = kept.another()
    kept.forget()
    with uploads.upload_of(twin.id, by).opened() as path:
        assert path.read_bytes() == SECRET
    with pytest.raises(NotFound):
        uploads.upload_of(kept.id, by)


@pytest.mark.parametrize(("hours", "left"), [(23, 1), (25, 0)])
def test_an_upload_that_nobody_imported_goes_after_a_day(by, settings, hours, left):
    uploads.keep_upload(pieces=[SECRET], file_name="a.csv", by=by)
    gone = uploads.forget_stale(machine_time() + timedelta(hours=hours))
    assert (gone, len(list((settings.ZOUFANG_FILES / "uploads").iterdir()))) == (1 - left, left)


def test_a_copy_left_open_by_a_crash_goes_before_its_upload(by):
    kept = uploads.keep_upload(pieces=[SECRET], file_name="a.csv", by=by)
    left = kept.folder / "open-crashed"
    left.mkdir()
    (left / "a.csv").write_bytes(SECRET)
    old = machine_time() - timedelta(hours=7)
    os.utime(left, (old.timestamp(), old.timestamp()))
    uploads.forget_stale(machine_time())
    assert (left.exists(), kept.folder.exists()) == (False, True)


@given(st.lists(st.binary(max_size=40), max_size=12), st.integers(min_value=1, max_value=16))
def test_what_was_sealed_is_read_back_whole(pieces, frame):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sealed_files, "FRAME", frame)
        into = BytesIO()
        sealed_files.seal_into(into, pieces, KEY)
        into.seek(0)
        assert b"".join(sealed_files.unseal_from(into, KEY)) == b"".join(pieces)


def frames(data: bytes) -> list[bytes]:
    found = []
    while data:
        size = 4 + int.from_bytes(data[:4], "big")
        found.append(data[:size])
        data = data[size:]
    return found


@pytest.mark.parametrize(
    "change",
    [
        lambda f: f[:-1],
        lambda f: f[1:],
        lambda f: [f[1], f[0], *f[2:]],
        lambda f: [*f, f[-1]],
        lambda f: [f[0][:-1]],
    ],
    ids=["cut short", "beginning lost", "order changed", "end doubled", "frame damaged"],
)
def test_a_changed_file_is_refused(monkeypatch, change):
    monkeypatch.setattr(sealed_files, "FRAME", 16)
    into = BytesIO()
    sealed_files.seal_into(into, [bytes(50)], KEY)
    changed = BytesIO(b"".join(change(frames(into.getvalue()))))
    with pytest.raises(BadInput, match="cannot be opened"):
        list(sealed_files.unseal_from(changed, KEY))
    with pytest.raises(BadInput, match="cannot be opened"):
        list(sealed_files.unseal_from(BytesIO(into.getvalue()), bytes(32)))
