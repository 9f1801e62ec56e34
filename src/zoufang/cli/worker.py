"""`zoufang worker`: one process that does the work in the background."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zoufang.cli.envelope import exit_codes


def register(app: typer.Typer) -> None:
    @app.command("worker")
    def worker(
        home: Annotated[Path | None, typer.Option(help="Folder of the installation.")] = None,
    ) -> None:
        """Do imports, plans, evaluations and recurring work until interrupted. Several may run side by side."""
        from zoufang.cli.installation import open_installation

        with exit_codes(as_json=False):
            folder = open_installation(home)
            from zoufang.server.jobs.worker import work

            typer.echo(f"Working for the installation in {folder}; interrupt to stop.")
            work()
