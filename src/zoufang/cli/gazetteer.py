"""`zoufang gazetteer import FILE`: places by name, by which text addresses are placed without asking anybody."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from zoufang.cli.envelope import emit, exit_codes

HOME = typer.Option(help="Folder of the installation.")
JSON = typer.Option("--json", help="Print the envelope as JSON.")


def register(app: typer.Typer) -> None:
    gazetteer = typer.Typer(no_args_is_help=True, help="Places by name, and the addresses that they place.")
    app.add_typer(gazetteer, name="gazetteer")

    @gazetteer.command("import")
    def import_(
        file: Annotated[
            Path, typer.Argument(help="CSV or XLSX: code, name, level, parent, aliases, lat, lon ...")
        ],
        source: Annotated[str, typer.Option(help="Whose data this is and of when; kept with every place.")],
        datum: Annotated[str, typer.Option(help="Of rows that name none: WGS-84, GCJ-02 or BD-09.")] = "",
        home: Annotated[Path | None, HOME] = None,
        as_json: Annotated[bool, JSON] = False,
    ) -> None:
        """Take places in (the same code again replaces it), then place the text-only addresses by them."""
        with exit_codes(as_json):
            from zoufang.cli.installation import open_installation

            open_installation(home)
            data = _import(file, source, datum)
            emit(data, as_json=as_json, text=lambda: _text(data))

    @gazetteer.command("place")
    def place(
        home: Annotated[Path | None, HOME] = None,
        as_json: Annotated[bool, JSON] = False,
    ) -> None:
        """Place the text-only addresses that came in since; the day's run does so too."""
        with exit_codes(as_json):
            from zoufang.cli.installation import open_installation

            open_installation(home)
            data = _placed()
            emit(data, as_json=as_json, text=lambda: _text(data))

    @gazetteer.command("geocode")
    def geocode(
        limit: Annotated[int, typer.Option(help="Ask for at most so many addresses.")] = 200,
        home: Annotated[Path | None, HOME] = None,
        as_json: Annotated[bool, JSON] = False,
    ) -> None:
        """Ask the bank's geocoder, off unless ZOUFANG_GEOCODER_URL names one, where the gazetteer is coarse."""
        with exit_codes(as_json):
            from zoufang.cli.installation import open_installation

            open_installation(home)
            data = _geocoded(limit)
            emit(data, as_json=as_json, text=lambda: "\n".join(f"{what}: {n:,}" for what, n in data.items()))


def _geocoded(limit: int) -> dict[str, int]:
    from zoufang.core.errors import BadInput
    from zoufang.server.places.geocoder import configured, geocode_addresses
    from zoufang.server.staff.clock import now

    geocoder = configured()
    if geocoder is None:
        raise BadInput(
            "No geocoder is set. Name one in ZOUFANG_GEOCODER_URL, or mend the addresses on their page."
        )
    return geocode_addresses(geocoder=geocoder, limit=limit, by=None, at=now())


def _import(file: Path, source: str, datum: str) -> dict[str, Any]:
    from zoufang.core.errors import BadInput
    from zoufang.core.values import Datum
    from zoufang.files.gazetteer import read_gazetteer
    from zoufang.server.places.services import import_gazetteer
    from zoufang.server.staff.clock import now
    from zoufang.server.staff.opening import open_if_new

    if datum and datum not in list(Datum):
        raise BadInput(f"There is no datum {datum}. Use {', '.join(Datum)}.")
    read = read_gazetteer(file, datum=Datum(datum) if datum else None, source=source)
    open_if_new()
    import_gazetteer(
        entries=read.entries, file_name=file.name, source=source, sha256=read.sha256, by=None, at=now()
    )
    return {"places": len(read.entries), **_placed()}


def _placed() -> dict[str, Any]:
    from zoufang.server.places.services import place_addresses
    from zoufang.server.staff.clock import now

    done = place_addresses(by=None, at=now())
    return {"looked_at": done.looked_at, "by_precision": done.by_precision}


def _text(data: dict[str, Any]) -> str:
    lines = [f"{data['places']:,} places taken in."] if "places" in data else []
    lines.append(f"{data['looked_at']:,} text addresses looked at:")
    lines += [f"  {precision}: {n:,}" for precision, n in data["by_precision"].items()]
    return "\n".join(lines)
