"""`zoufang exports trace`: whose copy a file is that was found outside."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

import typer

from zoufang.cli.envelope import REFUSED, emit, exit_codes


def register(app: typer.Typer) -> None:
    exports = typer.Typer(no_args_is_help=True, help="Files that were taken out.")
    app.add_typer(exports, name="exports")

    @exports.command("trace")
    def trace(
        asked: Annotated[str, typer.Argument(help="Number that the file bears, its SHA-256, or the file itself.")],
        home: Annotated[Path | None, typer.Option(help="Folder of the installation.")] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print the envelope as JSON.")] = False,
    ) -> None:
        """Who took it, when, from which branch; exit 1 where nobody did."""
        with exit_codes(as_json):
            found = _found(asked, home)
            emit({"exports": found}, as_json=as_json, ok=bool(found), text=lambda: _text(found))
            if not found:
                raise typer.Exit(REFUSED)


def _found(asked: str, home: Path | None) -> list[dict[str, Any]]:
    from zoufang.cli.installation import open_installation

    open_installation(home)
    from zoufang.server.book.exports import trace

    file = Path(asked)
    rows = trace(sha256(file.read_bytes()).hexdigest() if file.is_file() else asked)
    return [
        {
            "number": row.number,
            "kind": row.kind,
            "subject": row.subject,
            "by": row.by.employee_no,
            "branch": row.branch.code if row.branch else "",
            "at": row.at.isoformat(),
            "sha256": row.digest,
        }
        for row in rows
    ]


def _text(found: list[dict[str, Any]]) -> str:
    if not found:
        return "No such file was taken out of this installation."
    return "\n".join(
        f"{row['number']}: {row['kind']} {row['subject']}, by {row['by']} of {row['branch']}, {row['at']}"
        for row in found
    )
