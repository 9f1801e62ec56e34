"""An import as a piece of background work."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from zoufang.core.errors import NotPermitted
from zoufang.core.values import Message, gettext_noop
from zoufang.files.mapping import Mapping
from zoufang.server.book.importing import day_of_receipt, import_file
from zoufang.server.book.models import ImportBatch
from zoufang.server.book.uploads import Upload, forget_stale, keep_mapping, mapping_of, upload_of
from zoufang.server.jobs.kinds import Ended, Kind, Tell, add_kind
from zoufang.server.jobs.models import Job
from zoufang.server.jobs.services import start
from zoufang.server.jobs.ticks import Tick, add_tick
from zoufang.server.staff.clock import now
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require

UNCHANGED = Message(gettext_noop("This file has landed before with the same mapping: nothing was changed."))
STAGES = {
    "check": Message(gettext_noop("Checking each row")),
    "stage": Message(gettext_noop("Writing the figures; nothing counts yet")),
    "switch": Message(gettext_noop("Putting the new figures into force")),
    "payments": Message(gettext_noop("Entering payments")),
    "schedules": Message(gettext_noop("Entering instalment schedules")),
    "contacts": Message(gettext_noop("Entering contacts")),
}


def register() -> None:
    add_tick(Tick("stale_uploads", timedelta(hours=1), forget_stale))
    add_kind(Kind("import", Message(gettext_noop("Import of a file")), "import_file", run_import, "import_list"))


def start_import(*, upload: Upload, mapping: Mapping, by: User, accept_smaller: bool = False) -> Job:
    """The mapping lies beside the upload; asked twice while it runs, the same upload is imported once."""
    if by.branch is None:
        raise NotPermitted(Message(gettext_noop("You belong to no branch. Ask the administrator.")))
    require(by, "import_file", by.branch)
    keep_mapping(upload, mapping)
    arguments = {"upload": str(upload.id), "accept_smaller": accept_smaller}
    return start(kind="import", key=str(upload.id), by=by, branch=by.branch, arguments=arguments)


def run_import(job: Job, tell: Tell) -> Ended:
    upload = upload_of(UUID(job.arguments["upload"]), job.by)

    def progress(stage: str, done: int, total: int) -> None:
        tell(done, total, STAGES.get(stage))

    with upload.opened() as path:
        batch = import_file(
            path=path,
            mapping=mapping_of(upload),
            by=job.by,
            today=day_of_receipt(),
            at=now(),
            progress=progress,
            accept_smaller=bool(job.arguments.get("accept_smaller")),
        )
    note = UNCHANGED if batch.status == ImportBatch.Status.UNCHANGED else None
    return Ended("import_result", str(batch.pk), note, tidy=upload.forget)
