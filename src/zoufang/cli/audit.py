"""`zoufang audit`: is the audit chain of this installation whole, and where its heads are written down."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from zoufang.cli.envelope import REFUSED, emit, exit_codes

HomeOption = Annotated[Path | None, typer.Option(help="Folder of the installation.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the envelope as JSON.")]


def register(app: typer.Typer) -> None:
    audit = typer.Typer(no_args_is_help=True, help="The audit chain.")
    app.add_typer(audit, name="audit")

    @audit.command("verify")
    def verify(
        home: HomeOption = None,
        anchors: Annotated[
            Path | None, typer.Option(help="Anchors kept elsewhere, instead of the installation's own.")
        ] = None,
        as_json: JsonOption = False,
    ) -> None:
        """Walk every chain; exit 1 and name each line that was changed, removed or moved, or misses its anchor."""
        with exit_codes(as_json):
            _open(home)
            from zoufang.server.audit import services
            from zoufang.server.audit.anchors import kept_anchors, read_anchors

            known = read_anchors(anchors) if anchors is not None else kept_anchors()
            faults = [str(fault) for fault in (*known.faults, *services.verify(known.anchors))]
            data = {"faults": faults, "anchored": len(known.anchors)}
            emit(data, as_json=as_json, ok=not faults, text=lambda: _text(data))
            if faults:
                raise typer.Exit(REFUSED)

    @audit.command("anchor")
    def anchor(
        to: Annotated[Path | None, typer.Option(help="File to append to, else the installation's own.")] = None,
        home: HomeOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Write down the head of each chain, so that a chain cut short or written anew is found out later."""
        with exit_codes(as_json):
            _open(home)
            from zoufang.core.errors import BadInput
            from zoufang.server.audit.anchors import anchor_file, write_anchors
            from zoufang.server.staff.clock import now

            path = to or anchor_file()
            if path is None:
                raise BadInput("This installation keeps no anchors. Name a file with --to.")
            written = write_anchors(now(), path)
            emit({"written": written, "file": path.name}, as_json=as_json, text=lambda: _written(written, path))


def _open(home: Path | None) -> None:
    """An empty folder is no whole chain, it is the wrong folder."""
    from zoufang.cli.installation import open_installation

    open_installation(home)
    from zoufang.server.staff.clock import bank_state

    bank_state()


def _text(data: dict[str, Any]) -> str:
    if data["faults"]:
        return "\n".join(data["faults"])
    if data["anchored"]:
        return f"The chain is whole, and holds all {data['anchored']} anchored heads."
    return "The chain is whole. No head of it is anchored: an end that was cut off would not show."


def _written(written: int, path: Path) -> str:
    return f"{written} heads written to {path.name}." if written else "No head has moved since the last record."
