"""Run apart: opens a bank, imports a file (first argument) twice by a mapping (second); prints the answers."""

from __future__ import annotations

import json
import sys

import typer
from typer.testing import CliRunner

from zoufang.cli import import_, init

DAY = ("--today", "2026-05-11", "--json")


def ask(*command: str) -> dict:
    app = typer.Typer()
    init.register(app)
    import_.register(app)
    said = CliRunner().invoke(app, [*command, *DAY])
    if said.exit_code:
        sys.exit(said.stdout + said.stderr)
    return json.loads(said.stdout)["data"]


def main() -> None:
    book, mapping = sys.argv[1:]
    ask("init")
    sys.stdout.write(json.dumps([ask("import", book, "--mapping", mapping) for _ in range(2)]))


if __name__ == "__main__":
    main()
