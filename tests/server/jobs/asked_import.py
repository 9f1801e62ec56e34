"""Run apart by the worker's test: a bank in ZOUFANG_HOME, an uploaded loan book, and the import asked for.

`ask FILE` prints the job's id; `look` prints jobs and book as JSON.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from zoufang.cli.installation import open_installation


def ask(path: Path) -> None:
    from tests.server.book.book_files import LOAN_BOOK
    from zoufang.server.book.uploads import keep_upload
    from zoufang.server.book.work import start_import
    from zoufang.server.staff.models import User
    from zoufang.server.staff.opening import add_first_administrator, open_if_new

    if open_if_new():
        add_first_administrator(username="admin", password="a-long-password-2026")
    by = User.objects.get()
    upload = keep_upload(pieces=[path.read_bytes()], file_name=path.name, by=by)
    sys.stdout.write(f"{start_import(upload=upload, mapping=LOAN_BOOK, by=by).pk}\n")


def look() -> None:
    from zoufang.server.book.models import ImportBatch, Loan, LoanState
    from zoufang.server.book.uploads import _root
    from zoufang.server.jobs.models import Job

    job = Job.objects.get()
    found = {
        "state": job.state,
        "attempts": job.attempts,
        "error": job.error,
        "loans": Loan.objects.count(),
        "states": LoanState.objects.count(),
        "batches": list(ImportBatch.objects.values_list("status", flat=True)),
        "uploads": len(list(_root().glob("*"))),
    }
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    open_installation()
    ask(Path(sys.argv[2])) if sys.argv[1] == "ask" else look()
