"""`zoufang report`: the branch head's daily, weekly or monthly report as XLSX."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from zoufang.cli.envelope import emit, exit_codes

LANGUAGES = {"zh": "zh-hans", "en": "en"}


def register(app: typer.Typer) -> None:
    @app.command("report")
    def report(
        out: Annotated[Path, typer.Option(help="Write the workbook to this file.")],
        kind: Annotated[str, typer.Option(help="daily, weekly or monthly.")] = "daily",
        day: Annotated[
            datetime | None, typer.Option(formats=["%Y-%m-%d"], help="A day in it. Default: the bank's date.")
        ] = None,
        branch: Annotated[str, typer.Option(help="Code of the branch. Default: the whole bank.")] = "",
        unit: Annotated[str, typer.Option(help="Amounts in yuan or wan (10k yuan).")] = "yuan",
        language: Annotated[str, typer.Option(help="zh or en.")] = "zh",
        home: Annotated[Path | None, typer.Option(help="Folder of the installation.")] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print the envelope as JSON.")] = False,
    ) -> None:
        """Write a report of the book, visits, promises, plans, money received and complaints, by branch."""
        with exit_codes(as_json):
            from zoufang.cli.installation import open_installation

            open_installation(home)
            data = _write(out, kind, day.date() if day else None, branch, unit, language)
            emit(data, as_json=as_json, text=lambda: f"{data['title']}: {out}")


def _write(out: Path, kind: str, day: date | None, code: str, unit: str, language: str) -> dict[str, Any]:
    from django.utils.translation import override

    from zoufang.core.errors import BadInput
    from zoufang.server.pages import report_sheets, units
    from zoufang.server.pages.report_figures import report_figures
    from zoufang.server.staff.clock import business_date
    from zoufang.server.staff.queries import branch_path

    if unit not in units.UNITS or language not in LANGUAGES:
        raise BadInput("Choose --unit yuan or wan, and --language zh or en.")
    figures = report_figures(kind, day or business_date(), branch_path(code))
    with override(LANGUAGES[language]):
        out.write_bytes(report_sheets.as_xlsx(figures, unit))
        title = report_sheets.title_of(figures)
    return {
        "file": out,
        "title": title,
        "first": figures.period.first,
        "last": figures.period.last,
        "branches": len(figures.branches),
        "book_on": figures.book_on,
    }
