"""`zoufang schema NAME`: the JSON Schema of an input or an output."""

from __future__ import annotations

import json

import typer

from zoufang.cli.envelope import exit_codes


def register(app: typer.Typer) -> None:
    @app.command("schema")
    def schema(name: str = typer.Argument("", help="Which one; leave out to list them all.")) -> None:
        """Print the JSON Schema of an input or output file."""
        from zoufang.files.json_values import SCHEMAS, schema_named

        with exit_codes(as_json=False):
            if not name:
                typer.echo("\n".join(sorted(SCHEMAS)))
                return
            typer.echo(json.dumps(schema_named(name), ensure_ascii=False, indent=2))
