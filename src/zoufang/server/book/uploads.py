"""Files on their way in: sealed as they arrive, one user's own, and gone once imported or after a day."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from django.conf import settings

from zoufang.core.errors import NotFound
from zoufang.core.values import Message, gettext_noop
from zoufang.files.mapping import Mapping
from zoufang.files.mapping_toml import read_mapping, write_mapping
from zoufang.server.book import vault
from zoufang.server.book.sealed_files import seal_into, unseal_from
from zoufang.server.staff.clock import machine_time
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require

KEPT_SECONDS = 24 * 3600
OPEN_SECONDS = 6 * 3600  # no import takes longer; a crash may leave an opened copy behind
OWNER = "upload"
CONTENT, NOTE, MAPPING, OPENED = "content.sealed", ".upload.json", ".mapping.toml", "open-"


@dataclass(frozen=True, slots=True)
class Upload:
    """One file of one user; content and name are sealed with a key of its own, wrapped by the installation's."""

    id: UUID
    file_name: str
    user_id: int
    key: bytes

    @property
    def folder(self) -> Path:
        return _root() / str(self.id)

    @property
    def name(self) -> str:
        """As the user's file is called, since a day or a unit may stand in it; never a path."""
        return Path(self.file_name).name or "file"

    @contextmanager
    def opened(self) -> Iterator[Path]:
        """The file in the clear, in a folder that only this process's user may enter, while the block runs."""
        with TemporaryDirectory(prefix=OPENED, dir=self.folder) as private:
            path = Path(private) / self.name
            with (self.folder / CONTENT).open("rb") as sealed, path.open("wb") as clear:
                for piece in unseal_from(sealed, self.key):
                    clear.write(piece)
            yield path

    def another(self) -> Upload:
        """The same file once more, for its other sheets: this one goes when its import is done."""
        twin = Upload(new_id(), self.file_name, self.user_id, self.key)
        shutil.copytree(self.folder, twin.folder, ignore=shutil.ignore_patterns(f"{OPENED}*", MAPPING))
        return twin

    def forget(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def keep_upload(*, pieces: Iterable[bytes], file_name: str, by: User) -> Upload:
    """Seal the pieces as they come: what arrives never lies on the disk in the clear."""
    require(by, "import_file")
    forget_stale(machine_time())
    upload = Upload(new_id(), Path(file_name).name[-150:] or "file", by.pk, vault.new_key())
    upload.folder.mkdir(parents=True, mode=0o700)
    with (upload.folder / CONTENT).open("wb") as file:
        seal_into(file, pieces, upload.key)
    note = {
        "user": by.pk,
        "key": vault.wrap(upload.key, OWNER).hex(),
        "name": vault.seal(upload.key, upload.file_name, OWNER).hex(),
    }
    (upload.folder / NOTE).write_text(json.dumps(note))
    return upload


def upload_of(upload_id: UUID, by: User) -> Upload:
    """NotFound: somebody else's, imported already, or older than a day."""
    require(by, "import_file")
    note = _root() / str(upload_id) / NOTE
    stored = json.loads(note.read_text()) if note.is_file() else {}
    if stored.get("user") != by.pk or "key" not in stored:
        raise NotFound(Message(gettext_noop("This upload is no longer here. Upload the file again.")))
    key = vault.unwrap(bytes.fromhex(stored["key"]), OWNER)
    return Upload(upload_id, str(vault.unseal(key, bytes.fromhex(stored["name"]), OWNER)), by.pk, key)


def _root() -> Path:
    return Path(settings.ZOUFANG_FILES) / "uploads"


def keep_mapping(upload: Upload, mapping: Mapping) -> None:
    """What the wizard settled, for the worker to read."""
    (upload.folder / MAPPING).write_text(write_mapping(mapping), encoding="utf-8")


def mapping_of(upload: Upload) -> Mapping:
    return read_mapping(upload.folder / MAPPING)


def forget_stale(at: datetime) -> int:
    """What lies there for more than a day was given up by its owner; how many folders went."""
    stale = [folder for folder in _root().glob("*") if _age(folder, at) > KEPT_SECONDS]
    left_open = [copy for copy in _root().glob(f"*/{OPENED}*") if _age(copy, at) > OPEN_SECONDS]
    for folder in (*stale, *left_open):
        shutil.rmtree(folder, ignore_errors=True)
    return len(stale)


def _age(folder: Path, at: datetime) -> float:
    return at.timestamp() - folder.stat().st_mtime
