"""Where the commands are put together."""

from __future__ import annotations

import importlib

import typer

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Zoufang (走访): plan, conduct and evaluate field visits to customers with overdue loans.",
)


@app.callback()
def _commands() -> None:
    """Keep `zoufang COMMAND` the form even while there is only one command."""


def run() -> None:
    for command in COMMANDS:
        importlib.import_module(f"zoufang.cli.{command}").register(app)
    app()


# One module a command; each has `register(app)`.
COMMANDS: tuple[str, ...] = (
    "demo",
    "init",
    "import_",
    "gazetteer",
    "serve",
    "worker",
    "audit",
    "evidence",
    "exports",
    "keys",
    "schema",
    "age",
    "evaluate",
    "propose",
    "plan",
    "report",
)
