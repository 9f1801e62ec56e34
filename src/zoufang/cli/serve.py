"""`zoufang serve`: the web application on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zoufang.cli.envelope import exit_codes


def register(app: typer.Typer) -> None:
    @app.command("serve")
    def serve(
        home: Annotated[Path | None, typer.Option(help="Folder of the installation.")] = None,
        port: Annotated[int, typer.Option(help="Port on this machine.")] = 8000,
    ) -> None:
        """Serve the web application until interrupted."""
        from zoufang.cli.installation import open_installation

        with exit_codes(as_json=False):
            open_installation(home)
            serve_forever(port)


def serve_forever(port: int) -> None:
    """Granian in this process' children; returns when interrupted."""
    from granian import Granian
    from granian.constants import Interfaces

    server = Granian(
        "zoufang.server.wsgi:application",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        blocking_threads=8,
        log_access=False,
        log_enabled=False,
    )
    server.serve()
