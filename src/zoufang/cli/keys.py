"""`zoufang keys`: the installation's keys, how many rows hang on each, and the change to a new one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from zoufang.cli.envelope import emit, exit_codes

HomeOption = Annotated[Path | None, typer.Option(help="Folder of the installation.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the envelope as JSON.")]


def register(app: typer.Typer) -> None:
    keys = typer.Typer(no_args_is_help=True, help="The keys that personal data is sealed with.")
    app.add_typer(keys, name="keys")

    @keys.command("status")
    def status(home: HomeOption = None, as_json: JsonOption = False) -> None:
        """Which keys there are, how many rows hang on each by cipher, and whether a rotation waits."""
        with exit_codes(as_json):
            _open(home)
            from zoufang.server.book.key_status import key_status

            data = key_status()
            emit(data, as_json=as_json, text=lambda: _text(data))

    @keys.command("rotate")
    def rotate(
        batch: Annotated[int, typer.Option(min=1, help="Rows of one transaction.")] = 500,
        home: HomeOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Make a new key and put every row under it; stopped or killed, call it again and it goes on."""
        with exit_codes(as_json):
            _open(home)
            from zoufang.server.book import rotation
            from zoufang.server.staff.clock import now

            done = rotation.rotate(at=now(), batch=batch, tell=_tell)
            data = {"version": done.version, "wrapped": done.wrapped, "indexed": done.indexed}
            emit(data, as_json=as_json, text=lambda: _rotated(data))

    @keys.command("drop")
    def drop(
        version: Annotated[int, typer.Argument(help="Of a retired key.")],
        home: HomeOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Destroy a retired key that nothing hangs on; backups of its time cannot be opened any more."""
        with exit_codes(as_json):
            _open(home)
            from zoufang.server.book import rotation
            from zoufang.server.staff.clock import now

            rotation.drop(version=version, at=now())
            emit({"dropped": version}, as_json=as_json, text=lambda: f"Key {version} is destroyed.")


def _open(home: Path | None) -> None:
    from zoufang.cli.installation import open_installation

    open_installation(home)
    from zoufang.server.staff.clock import bank_state

    bank_state()


def _tell(what: str, done: int, total: int) -> None:
    if sys.stderr.isatty():
        typer.echo(f"{what}: {done:,} of {total:,}", err=True)


def _rotated(data: dict[str, Any]) -> str:
    return (
        f"Key {data['version']} is in force: {data['wrapped']:,} data keys wrapped anew, "
        f"{data['indexed']:,} rows indexed anew. Back the key file up; the old key is retired."
    )


def _text(data: dict[str, Any]) -> str:
    lines = [f"New data is sealed with {data['cipher']}."]
    if data["rotating"]:
        lines.append("A rotation has begun and is not over: run `zoufang keys rotate`.")
    for key in data["keys"]:
        state = "current" if key["current"] else f"retired {key['retired']}" if key["retired"] else "in use"
        lines.append(f"key {key['version']}: {state}, {key['rows']:,} rows")
    lines += [
        f"  {row['table']}: {row['rows']:,} by {row['cipher']}, key {row['version']}" for row in data["rows"]
    ]
    return "\n".join(lines)
