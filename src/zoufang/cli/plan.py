"""`zoufang plan INPUT.json`: the gate, then whom to visit, by whom, in what order."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zoufang.cli.envelope import REFUSED, emit, exit_codes

if TYPE_CHECKING:
    from zoufang.files.plan_output import CrewDayForm, PlanOutput, RuleForm


def register(app: typer.Typer) -> None:
    @app.command("plan")
    def plan(
        file: Annotated[Path, typer.Argument(metavar="INPUT", help="JSON; form: `zoufang schema plan-input`.")],
        seed: Annotated[int, typer.Option(min=0, help="The same input and seed give the same plan.")] = 1,
        as_json: Annotated[bool, typer.Option("--json", help="Print the envelope as JSON.")] = False,
        out: Annotated[Path | None, typer.Option("--out", help="Write the envelope to this file.")] = None,
        policy: Annotated[
            Path | None, typer.Option("--policy", help="TOML with planning settings, instead of those of INPUT.")
        ] = None,
        by_area: Annotated[
            bool | None,
            typer.Option(
                "--by-area/--at-once",
                help="Search branch by branch and area by area. Left out: from 2,000 candidates on.",
                show_default=False,
            ),
        ] = None,
        jobs: Annotated[int, typer.Option("--jobs", min=1, help="Processes for areas; same plan.")] = 1,
        csv_file: Annotated[Path | None, typer.Option("--csv", help="Write the stops as a table.")] = None,
    ) -> None:
        """Plan visits: every candidate passes the compliance gate first. Exit 1 if all were refused."""
        with exit_codes(as_json):
            from zoufang.files.json_values import read_json
            from zoufang.files.plan_gate import plan_from
            from zoufang.files.plan_input import PlanInput
            from zoufang.files.plan_output import write_csv
            from zoufang.files.strategy_files import read_planning_policy

            asked = read_json(file, PlanInput)
            if policy is not None:
                asked = replace(asked, policy=read_planning_policy(policy))
            made = plan_from(asked, seed, by_area=by_area, workers=jobs)
            if csv_file is not None:
                write_csv(made, csv_file)
            all_refused = bool(asked.candidates) and len(made.refused) == len(asked.candidates)
            emit(
                made,
                as_json=as_json,
                out=out,
                seed=seed,
                ok=not all_refused,
                warnings=_warnings(made),
                text=lambda: _table(made),
            )
            if all_refused:
                raise typer.Exit(REFUSED)


def _warnings(made: PlanOutput) -> tuple[str, ...]:
    missed = [u.customer_id for u in made.unplanned if u.required]
    promised = (f"Not planned although promised or drawn: {', '.join(missed)}.",) if missed else ()
    at_home = tuple(f"Crew {c.crew_id} stays at home: {c.reasons[0].message}." for c in made.refused_crews)
    return (*made.notes, *promised, *at_home)


def _table(made: PlanOutput) -> str:
    """For a terminal: each crew's day, then who is left out and why."""
    from zoufang.core.values import format_yuan

    lines = []
    for trip in made.crews:
        lines.append(
            f"{trip.day} {trip.crew_id}: {trip.leave}-{trip.back}, {trip.stops} stops, {trip.metres / 1000:.1f} km"
            + _how(trip)
        )
        lines += [
            f"  {s.order:>2}. {s.start}-{s.end} {s.customer_id}: {s.why}"
            for s in made.visits
            if (s.crew_id, s.day) == (trip.crew_id, trip.day)
        ]
    lines += [f"refused {r.customer_id}: {_rules(r.reasons)}" for r in made.refused]
    lines += [f"unplanned {u.customer_id}: {' '.join(w.message for w in u.reasons)}" for u in made.unplanned]
    lines.append(f"expected net value {format_yuan(made.objective_fen)} yuan ({made.engine})")
    return "\n".join([*lines, *(f"! {warning}" for warning in _warnings(made))])


def _how(trip: CrewDayForm) -> str:
    """What differs from a car and the shift."""
    by = f", by {trip.mode}" if trip.mode != "car" else ""
    return by + (f", {trip.overtime_minutes} min overtime" if trip.overtime_minutes else "")


def _rules(reasons: tuple[RuleForm, ...]) -> str:
    return "; ".join(f"{r.rule_id} {r.message} [{r.source}]" for r in reasons)
