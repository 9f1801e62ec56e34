"""`zoufang demo`: found a simulated bank, play four weeks of the loop, and serve it."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from zoufang.cli.envelope import emit, exit_codes

HOME = Path(".demo")
# A Monday, so that the same seed gives the same bank on whatever day it is run.
START = datetime(2026, 10, 26)  # noqa: DTZ001 - a calendar day, as typer parses it
Progress = Callable[[str, int, int], None]


def register(app: typer.Typer) -> None:
    @app.command("demo")
    def demo(
        home: Annotated[Path, typer.Option(help="Folder of the demo bank.")] = HOME,
        seed: Annotated[int, typer.Option(help="The same seed gives the same bank.")] = 7,
        customers: Annotated[int, typer.Option(min=50, max=20_000, help="Overdue customers to invent.")] = 2_000,
        crews: Annotated[int, typer.Option(min=1, max=40, help="Crews of two.")] = 6,
        weeks: Annotated[int, typer.Option(min=1, max=12, help="Weeks to play.")] = 4,
        start: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="First day (a Monday).")] = START,
        iterations: Annotated[int, typer.Option(min=0, help="Route engine iterations a day.")] = 600,
        serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve it afterwards.")] = True,
        fresh: Annotated[bool, typer.Option("--fresh", help="Begin again, even if the demo bank exists.")] = False,
        port: Annotated[int, typer.Option(help="Port on this machine.")] = 8000,
        as_json: Annotated[bool, typer.Option("--json", help="Print counts and results as JSON.")] = False,
    ) -> None:
        """Build the demo bank, play the loop through the services that people use, serve it. All is simulated."""
        from zoufang.cli.installation import clear_installation, open_installation

        os.environ.setdefault("ZOUFANG_SHOW_DEMO_LOGINS", "1")
        os.environ.setdefault("ZOUFANG_APPOINTMENTS", "1")
        with exit_codes(as_json):
            if fresh or not serve:
                clear_installation(home)
            open_installation(home)
            if fresh or not serve:
                _refuse_a_bank()
            if not _exists():
                _play(seed, customers, crews, weeks, start, iterations, quiet=as_json)
            _print(seed, as_json)
            if serve:
                _serve(port)


def _exists() -> bool:
    from zoufang.server.staff.clock import is_simulated

    return is_simulated()


def _refuse_a_bank() -> None:
    from zoufang.core.errors import Conflict
    from zoufang.server.staff.models import BankState

    if BankState.objects.exists():
        raise Conflict("The database that DATABASE_URL names holds a bank already. Name an empty database.")


def _play(
    seed: int, customers: int, crews: int, weeks: int, start: datetime, iterations: int, quiet: bool
) -> None:
    from zoufang.core.simulation import BankSize
    from zoufang.server.demo.play import play

    def run(progress: Progress) -> None:
        size = BankSize(customers, crews)
        play(start=start.date(), seed=seed, size=size, weeks=weeks, iterations=iterations, progress=progress)

    if quiet:
        run(lambda stage, done, total: None)
    else:
        _with_bar(run)


def _with_bar(run: Callable[[Progress], None]) -> None:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns) as bar:
        task = bar.add_task("Founding the demo bank")
        run(lambda stage, done, total: bar.update(task, description=f"Day {done}", completed=done, total=total))


def _print(seed: int, as_json: bool) -> None:
    from zoufang.server.demo.results import counts

    found = counts()
    emit(found, as_json=as_json, seed=seed, top=found, text=lambda: _text(found))


def _text(found: dict[str, Any]) -> str:
    plain = [f"  {name.replace('_', ' ')}: {value:,}" for name, value in found.items() if isinstance(value, int)]
    result = found["evaluation"]
    lines = ["Simulated bank, played to its 29th day:", *plain]
    if result is not None:
        yuan = [f"{result[key] / 100:,.2f}" for key in ("effect_fen", "low_fen", "high_fen")]
        lines.append(
            f"  evaluation (simulated): {yuan[0]} yuan per customer [{yuan[1]}, {yuan[2]}], {result['verdict']}"
        )
    return "\n".join(lines)


def _serve(port: int) -> None:
    from django.conf import settings

    from zoufang.cli.serve import serve_forever
    from zoufang.server.demo.opening import open_for_use

    logins = open_for_use()
    typer.echo(f"\nOpen http://127.0.0.1:{port}/  (password for all: {settings.ZOUFANG_DEMO_PASSWORD})")
    for username, role, name in logins:
        typer.echo(f"  {username:<12} {role:<22} {name}")
    serve_forever(port)
