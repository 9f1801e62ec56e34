"""`zoufang evidence`: is a package of a visit's evidence whole, and is it the one that the bank handed out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zoufang.cli.envelope import REFUSED, emit, exit_codes

if TYPE_CHECKING:
    from zoufang.files.evidence_zip import CheckedPackage


def register(app: typer.Typer) -> None:
    evidence = typer.Typer(no_args_is_help=True, help="Packages of evidence.")
    app.add_typer(evidence, name="evidence")

    @evidence.callback()
    def _commands() -> None:
        """Keep `zoufang evidence verify` the form even while there is only one command."""

    @evidence.command("verify")
    def verify(
        package: Annotated[Path, typer.Argument(help="The zip that the bank handed out.")],
        home: Annotated[
            Path | None, typer.Option(help="Installation to ask whether it handed this very package out.")
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print the envelope as JSON.")] = False,
    ) -> None:
        """Check a package offline: its files by their hashes, its audit records by their links."""
        with exit_codes(as_json):
            from zoufang.files.evidence_zip import check_package

            found = check_package(_content(package))
            faults = [str(fault) for fault in found.faults]
            if home is not None and not _handed_out(home, found):
                faults.append(f"Package {found.number}: the bank handed out another manifest under this number")
            data = {
                "number": found.number,
                "manifest_sha256": found.manifest_hash,
                "files": found.files,
                "events": found.events,
                "audit_records": found.records,
                "asked_the_bank": home is not None,
                "faults": faults,
            }
            emit(data, as_json=as_json, ok=not faults, text=lambda: _text(data))
            if faults:
                raise typer.Exit(REFUSED)


def _content(path: Path) -> bytes:
    from zoufang.core.errors import NotFound

    if not path.is_file():
        raise NotFound(f"There is no file {path.name}. Name the package that the bank handed out.")
    return path.read_bytes()


def _handed_out(home: Path, found: CheckedPackage) -> bool:
    from zoufang.cli.installation import open_installation

    open_installation(home)
    from zoufang.server.evidence.exporting import exported_as

    return exported_as(found.number, found.manifest_hash)


def _text(data: dict[str, Any]) -> str:
    if data["faults"]:
        return "\n".join(data["faults"])
    told = (
        f"Package {data['number']} is whole: {data['files']} files, {data['events']} events, "
        f"{data['audit_records']} audit records."
    )
    if data["asked_the_bank"]:
        return f"{told}\nThe bank handed out this very package."
    return f"{told}\nAsk the bank whether its audit trail has this manifest: SHA-256 {data['manifest_sha256']}"
