from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from zoufang.cli import propose
from zoufang.files.json_values import parse_json, schema_named
from zoufang.files.propose_files import ProposeOutput

EXAMPLES = Path(__file__).parents[2] / "examples"
INPUT = EXAMPLES / "propose-input.json"


def run(*arguments: str, case: Path = INPUT, today: str = "2026-11-24") -> Result:
    app = typer.Typer()
    app.callback()(lambda: None)
    propose.register(app)
    return CliRunner().invoke(app, ["propose", str(case), "--today", today, *arguments])


def changed(folder: Path, **parts: Any) -> Path:
    """The example with some of its parts changed."""
    whole = json.loads(INPUT.read_text(encoding="utf-8"))
    for name, changes in parts.items():
        whole[name] = whole.get(name, {}) | changes if isinstance(changes, dict) else changes
    path = folder / "case.json"
    path.write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")
    return path


def test_the_example_gives_the_example_output() -> None:
    result = run("--json")
    assert result.exit_code == 0
    expected = json.loads((EXAMPLES / "propose-output.json").read_text(encoding="utf-8"))
    assert json.loads(result.stdout)["data"] == expected["data"]


def test_the_output_has_the_form_that_the_schema_states() -> None:
    parse_json(json.dumps(json.loads(run("--json").stdout)["data"]), ProposeOutput)
    for name in ("propose-input", "propose-output"):
        assert schema_named(name)["properties"]


def test_people_get_offers_in_plain_words() -> None:
    text = run().stdout
    assert "Offer 1: " in text
    assert "less than paying nothing till then" in text


def test_the_agreement_of_a_chosen_offer_is_written(tmp_path: Path) -> None:
    pdf = tmp_path / "agreement.pdf"
    assert run("--pdf", str(pdf), "--offer", "2").exit_code == 0
    assert pdf.read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("income", [[], None])
def test_nothing_to_offer_is_a_refusal_with_reasons(tmp_path: Path, income: Any) -> None:
    result = run("--json", case=changed(tmp_path, means={"income": income}))
    assert result.exit_code == 1
    envelope = json.loads(result.stdout)
    assert envelope["ok"] is False
    assert envelope["data"]["offers"] == []
    assert envelope["data"]["hardship_route"]["steps"]


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        pytest.param({"case": {"principal_fen": -1}}, "cannot be negative", id="a negative balance"),
        pytest.param({"case": {"product": "sofa"}}, "case.product", id="an unknown product"),
        pytest.param({"means": {"taken_on": "2027-01-01"}}, "means.taken_on", id="means from the future"),
        pytest.param({"standards": {"living": []}}, "No living standard", id="no living standard"),
    ],
)
def test_bad_input_is_named_with_exit_code_2(tmp_path: Path, parts: dict[str, Any], said: str) -> None:
    result = run("--json", case=changed(tmp_path, **parts))
    assert result.exit_code == 2
    assert said in json.loads(result.stdout)["data"]["message"]


@pytest.mark.parametrize(("offer", "parts"), [("9", {}), ("1", {"signatories": None})])
def test_an_agreement_that_cannot_be_made_is_bad_input(tmp_path: Path, offer: str, parts: dict[str, Any]) -> None:
    pdf = tmp_path / "agreement.pdf"
    result = run("--json", "--pdf", str(pdf), "--offer", offer, case=changed(tmp_path, **parts))
    assert result.exit_code == 2
    assert not pdf.exists()


def test_every_money_key_ends_in_fen() -> None:
    offer = json.loads(run("--json").stdout)["data"]["offers"][0]
    whole = {key for key, value in offer.items() if isinstance(value, int) and not isinstance(value, bool)}
    assert {key for key in whole if not key.endswith("_fen")} == {
        "number",
        "instalments",
        "all_in_rate_bp",
        "extends_months",
    }


def test_with_facts_the_gate_judges_each_offer(tmp_path: Path) -> None:
    clear = json.loads(run("--json").stdout)
    assert clear["warnings"] == []
    assert clear["data"]["offers"]
    dead = run("--json", case=changed(tmp_path, facts={"deceased": True}))
    assert dead.exit_code == 1
    assert json.loads(dead.stdout)["data"]["offers"] == []


@pytest.mark.parametrize("lacking", ["dispute_open", "minor", "limitation_ends"])
def test_a_fact_that_the_file_leaves_out_blocks(tmp_path: Path, lacking: str) -> None:
    case = changed(tmp_path)
    whole = json.loads(case.read_text(encoding="utf-8"))
    del whole["facts"][lacking]
    case.write_text(json.dumps(whole), encoding="utf-8")
    assert run("--json", case=case).exit_code == 1


def test_without_facts_the_command_says_that_the_gate_was_not_asked(tmp_path: Path) -> None:
    (warning,) = json.loads(run("--json", case=changed(tmp_path, facts=None)).stdout)["warnings"]
    assert "gate was not asked" in warning
