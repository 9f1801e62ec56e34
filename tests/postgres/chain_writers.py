"""Run apart: eight writers add to two audit chains at once, over the turn of a day; prints what is kept."""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

from zoufang.cli.installation import open_installation

WRITERS, EACH = 8, 25
MIDNIGHT = datetime.fromisoformat("2026-05-12T00:00:00+08:00")


def write(writer: int, together: Barrier) -> None:
    from django.db import connection

    from zoufang.server.audit.services import record

    together.wait()
    for number in range(EACH):
        at = MIDNIGHT + timedelta(minutes=number - EACH // 2)
        branch = ("371426", "371402")[writer % 2]
        record(at=at, actor=f"W{writer}", action="try", subject_kind="try", subject_id=number, branch_code=branch)
    connection.close()


def main() -> None:
    open_installation()
    from zoufang.server.audit.models import AuditLine
    from zoufang.server.audit.services import verify

    together = Barrier(WRITERS)
    with ThreadPoolExecutor(WRITERS) as pool:
        for written in [pool.submit(write, writer, together) for writer in range(WRITERS)]:
            written.result()
    told = {(line.actor, line.subject_id) for line in AuditLine.objects.all()}
    kept = {"lines": AuditLine.objects.count(), "told": len(told), "faults": [str(fault) for fault in verify()]}
    sys.stdout.write(json.dumps(kept))


if __name__ == "__main__":
    main()
