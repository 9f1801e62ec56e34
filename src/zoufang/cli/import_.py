"""`zoufang import FILE`: loan book, payments, schedules, parties, collateral or contacts into the installation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zoufang.cli.envelope import BAD_INPUT, emit, exit_codes

if TYPE_CHECKING:
    from zoufang.core.portfolio import RollMatrix
    from zoufang.files.mapping import Mapping
    from zoufang.server.book.importing import Progress
    from zoufang.server.book.models import ImportBatch
    from zoufang.server.book.queries import BookFigures

DAY = ["%Y-%m-%d"]
STAGES = {
    "check": "Reading and checking",
    "stage": "Sealing and staging",
    "switch": "Switching the book",
    "payments": "Adding payments",
    "schedules": "Adding schedules",
    "contacts": "Adding contacts",
}


def register(app: typer.Typer) -> None:
    @app.command("import")
    def import_(
        file: Annotated[
            Path, typer.Argument(help="CSV, XLSX, XLS, WPS (.et) or Parquet, as the bank's system writes it.")
        ],
        mapping: Annotated[
            str, typer.Option(help="A mapping file (.toml), or the name of a saved or shipped one.")
        ] = "",
        kind: Annotated[
            str,
            typer.Option(
                help="In place of a mapping: the file is Zoufang's own template of this kind, filled in."
            ),
        ] = "",
        system: Annotated[
            str, typer.Option(help="With --kind: the source system that its loan numbers are of.")
        ] = "core",
        sheet: Annotated[
            list[str] | None,
            typer.Option(
                help="Sheet to read, or all for every one of the same shape; several: repeat the option."
            ),
        ] = None,
        accept_smaller: Annotated[
            bool,
            typer.Option(
                "--accept-smaller", help="Take in a loan book that tells far fewer loans than the one before."
            ),
        ] = False,
        today: Annotated[datetime | None, typer.Option(formats=DAY, help="Default: the bank's date.")] = None,
        home: Annotated[Path | None, typer.Option(help="Folder of the installation.")] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print the envelope as JSON.")] = False,
        out: Annotated[Path | None, typer.Option("--out", help="Write the envelope to this file.")] = None,
    ) -> None:
        """Import a file: the good rows land at once, the others are kept with their reasons."""
        with exit_codes(as_json):
            from zoufang.cli.installation import open_installation

            open_installation(home)
            read_by = _mapping(mapping, kind, system, tuple(sheet or ()))
            data = _import(file, read_by, today.date() if today else None, accept_smaller)
            emit(
                data,
                as_json=as_json,
                out=out,
                ok=data["status"] != "failed",
                warnings=tuple(data["warnings"]),
                text=lambda: as_text(data),
            )
            if data["status"] == "failed":
                raise typer.Exit(BAD_INPUT)


def _mapping(name: str, kind: str, system: str, sheets: tuple[str, ...]) -> Mapping:
    from zoufang.core.errors import BadInput
    from zoufang.files.templates import template_mapping
    from zoufang.server.book.mappings import mapping_named

    if bool(name) == bool(kind):
        raise BadInput("Give either --mapping, or --kind for a filled-in template.")
    mapping = mapping_named(name) if name else replace(template_mapping(kind), system=system)
    if not sheets:
        return mapping
    one = len(sheets) == 1 and sheets != ("all",)
    return replace(mapping, sheet=sheets[0] if one else "", sheets=() if one else sheets)


def _import(file: Path, mapping: Mapping, today: date | None, accept_smaller: bool) -> dict[str, Any]:
    from zoufang.server.book.importing import day_of_receipt
    from zoufang.server.book.services import import_file
    from zoufang.server.staff.clock import now
    from zoufang.server.staff.opening import open_if_new

    open_if_new()
    with _bar() as progress:
        batch = import_file(
            path=file,
            mapping=mapping,
            by=None,
            today=today or day_of_receipt(),
            at=now(),
            progress=progress,
            accept_smaller=accept_smaller,
        )
    return _told(batch)


def _told(batch: ImportBatch) -> dict[str, Any]:
    from zoufang.core.values import Message
    from zoufang.server.book import queries
    from zoufang.server.book.rejects import write_rejects

    counts = {name: value for name, value in batch.counts.items() if isinstance(value, int)}
    unchanged = batch.status == "unchanged"
    told: dict[str, Any] = {
        "batch": batch.pk,
        "kind": batch.kind,
        "source": batch.source_system,
        "status": batch.status.value if hasattr(batch.status, "value") else batch.status,
        "as_of": batch.as_of,
        "unchanged": unchanged,
        **{name: int(value) for name, value in counts.items() if name != "unchanged"},
        "warnings": [str(Message.from_json(stored)) for stored in batch.warnings],
        "rejects_file": write_rejects(batch) if not unchanged and batch.rejects.exists() else None,
        "figures": None,
        "roll_rates": None,
    }
    if batch.kind == "loan_book" and batch.status in ("landed", "unchanged"):
        told["figures"] = queries.book_figures(None, currency=batch.currency, source=batch.source_system)
        told["roll_rates"] = queries.roll_rates(None, currency=batch.currency, source=batch.source_system)
    return told


@contextmanager
def _bar() -> Iterator[Progress]:
    """On the error stream, so that JSON on the other stays clean; plain where that is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:<28}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        tasks: dict[str, Any] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(STAGES.get(stage, stage))
            bar.update(tasks[stage], completed=done, total=max(total, 1))

        yield show


def as_text(data: dict[str, Any]) -> str:
    if data["unchanged"]:
        return "The same file with the same mapping has landed before: nothing was changed."
    counts = ("rows", "landed", "rejected", "customers", "loans", "new_loans", "known", "gone")
    lines = [f"{data['kind']} of {data['source']}, as of {data['as_of']}: {data['status']}"]
    lines += [f"  {name.replace('_', ' ')}: {data[name]:,}" for name in counts if name in data]
    lines += [f"  note: {warning}" for warning in data["warnings"]]
    if data["rejects_file"]:
        lines.append(f"  rejected rows with reasons: {data['rejects_file']}")
    if data["figures"] is not None:
        lines += _figures(data["figures"])
    if data["roll_rates"] is not None:
        lines += _rolls(data["roll_rates"])
    return "\n".join(lines)


def _figures(figures: BookFigures) -> list[str]:
    from zoufang.core.values import format_yuan

    lines = [f"\nAgeing as of {figures.as_of} ({figures.currency}):"]
    lines += [f"  {row.bucket:<4}{row.count:>10,}{format_yuan(row.balance_fen):>24}" for row in figures.buckets]
    ratio = figures.npl.npl_ratio
    return [*lines, "  NPL ratio: " + ("unknown" if ratio is None else f"{ratio:.2%}")]


def _rolls(matrix: RollMatrix) -> list[str]:
    """Shares of each bucket's accounts, by what became of them a month later."""
    names = [rate.movement.value for rate in matrix.rows[0].rates]
    lines = ["\nRoll rates by account, all months together:", "      " + "".join(f"{name:>12}" for name in names)]
    for row in matrix.rows:
        shares = ["–" if rate.by_count is None else f"{rate.by_count:.1%}" for rate in row.rates]
        lines.append(f"  {row.origin:<4}" + "".join(f"{share:>12}" for share in shares))
    return lines
