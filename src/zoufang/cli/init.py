"""`zoufang init`: a bank with its head office and a first administrator, on this machine."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from zoufang.cli.envelope import emit, exit_codes

DAY = ["%Y-%m-%d"]


def register(app: typer.Typer) -> None:
    @app.command("init")
    def init(
        bank: Annotated[str, typer.Option(help="Name of the bank; default: ZOUFANG_BANK.")] = "",
        admin: Annotated[str, typer.Option(help="User name of the first administrator.")] = "",
        password: Annotated[
            str, typer.Option(envvar="ZOUFANG_ADMIN_PASSWORD", help="Asked for where it is not given.")
        ] = "",
        today: Annotated[datetime | None, typer.Option(formats=DAY, help="First business date.")] = None,
        home: Annotated[Path | None, typer.Option(help="Folder of the installation.")] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print the envelope as JSON.")] = False,
    ) -> None:
        """Set up an installation: database, bank, head office, and an administrator to log in with."""
        with exit_codes(as_json):
            from zoufang.cli.installation import open_installation

            folder = open_installation(home)
            if admin and not password:
                password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
            made = _open(bank, admin, password, today)
            data = {"home": folder, "bank_opened": made, "administrator": admin or None}
            emit(data, as_json=as_json, text=lambda: _text(data))


def _open(bank: str, admin: str, password: str, today: datetime | None) -> bool:
    from zoufang.core.errors import Conflict
    from zoufang.server.staff.opening import add_first_administrator, open_if_new

    made = open_if_new(name=bank, business_date=today.date() if today else None)
    if not made and not admin:
        raise Conflict("This installation has a bank already. Use --admin to add its first administrator.")
    if admin:
        add_first_administrator(username=admin, password=password)
    return made


def _text(data: dict[str, object]) -> str:
    told = "Bank and head office opened" if data["bank_opened"] else "The bank was there already"
    who = f", administrator {data['administrator']}" if data["administrator"] else ""
    return f"{told}{who}. Installation: {data['home']}. Next: `zoufang serve`."
