"""`zoufang audit verify`: is the audit chain of this installation whole?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zoufang.cli.envelope import REFUSED, emit, exit_codes


def register(app: typer.Typer) -> None:
    audit = typer.Typer(no_args_is_help=True, help="The audit chain.")
    app.add_typer(audit, name="audit")

    @audit.callback()
    def _commands() -> None:
        """Keep `zoufang audit verify` the form even while there is only one command."""

    @audit.command("verify")
    def verify(
        home: Annotated[Path | None, typer.Option(help="Folder of the installation.")] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print the envelope as JSON.")] = False,
    ) -> None:
        """Walk every chain; exit 1 and name each line that was changed, removed or moved."""
        with exit_codes(as_json):
            from zoufang.cli.installation import open_installation

            open_installation(home)
            from zoufang.server.audit import services
            from zoufang.server.staff.clock import bank_state

            bank_state()  # an empty folder is no whole chain, it is the wrong folder
            faults = [str(fault) for fault in services.verify()]
            emit({"faults": faults}, as_json=as_json, ok=not faults, text=lambda: _text(faults))
            if faults:
                raise typer.Exit(REFUSED)


def _text(faults: list[str]) -> str:
    return "\n".join(faults) if faults else "The chain is whole."
