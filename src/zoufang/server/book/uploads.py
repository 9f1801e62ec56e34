"""Files on their way in: kept for the wizard, one user's own, and gone once imported or after a day."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from zoufang.core.errors import NotFound
from zoufang.core.values import Message, gettext_noop
from zoufang.files.mapping import Mapping
from zoufang.files.mapping_toml import read_mapping, write_mapping
from zoufang.server.staff.clock import machine_time
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require

KEPT_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class Upload:
    """One file of one user. It may hold personal data in the clear, so only this process may read its folder."""

    id: UUID
    file_name: str
    user_id: int

    @property
    def folder(self) -> Path:
        return _root() / str(self.id)

    @property
    def path(self) -> Path:
        """Under its own name, since a day or a unit may stand in it."""
        return self.folder / Path(self.file_name).name

    def forget(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def keep_upload(*, pieces: Iterable[bytes], file_name: str, by: User) -> Upload:
    """Write the pieces as they come, so that a large file never stands in memory whole."""
    require(by, "import_file")
    forget_stale(machine_time())
    upload = Upload(new_id(), Path(file_name).name[:150] or "file", by.pk)
    upload.folder.mkdir(parents=True, mode=0o700)
    with upload.path.open("wb") as file:
        for piece in pieces:
            file.write(piece)
    (upload.folder / ".upload.json").write_text(json.dumps({"file_name": upload.file_name, "user": by.pk}))
    return upload


def upload_of(upload_id: UUID, by: User) -> Upload:
    """NotFound: somebody else's, imported already, or older than a day."""
    require(by, "import_file")
    note = _root() / str(upload_id) / ".upload.json"
    stored = json.loads(note.read_text()) if note.is_file() else {}
    if stored.get("user") != by.pk:
        raise NotFound(Message(gettext_noop("This upload is no longer here. Upload the file again.")))
    return Upload(upload_id, stored["file_name"], by.pk)


def _root() -> Path:
    return Path(settings.ZOUFANG_FILES) / "uploads"


def keep_mapping(upload: Upload, mapping: Mapping) -> None:
    """What the wizard settled, for the worker to read."""
    (upload.folder / ".mapping.toml").write_text(write_mapping(mapping), encoding="utf-8")


def mapping_of(upload: Upload) -> Mapping:
    return read_mapping(upload.folder / ".mapping.toml")


def forget_stale(at: datetime) -> int:
    """What lies there for more than a day was given up by its owner; how many folders went."""
    stale = [folder for folder in _root().glob("*") if folder.stat().st_mtime < at.timestamp() - KEPT_SECONDS]
    for folder in stale:
        shutil.rmtree(folder, ignore_errors=True)
    return len(stale)
