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
        worker: Annotated[
            bool, typer.Option("--worker/--no-worker", help="Do background work too; else run `zoufang worker`.")
        ] = True,
    ) -> None:
        """Serve the web application, and do its background work, until interrupted."""
        from zoufang.cli.installation import open_installation

        with exit_codes(as_json=False):
            open_installation(home)
            serve_forever(port, worker=worker)


def serve_forever(port: int, *, worker: bool = True) -> None:
    """Granian in this process' children, and a worker beside it; returns when interrupted."""
    from contextlib import nullcontext

    from granian import Granian
    from granian.constants import Interfaces

    from zoufang.server.jobs.embedded import embedded_worker

    server = Granian(
        "zoufang.server.wsgi:application",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        blocking_threads=8,
        log_access=False,
        log_enabled=False,
    )
    with embedded_worker() if worker else nullcontext():
        server.serve()
