import csv
import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from zoufang.cli import evaluate as command
from zoufang.files.json_values import parse_json, schema_named
from zoufang.files.study_files import EvaluationOutput, read_study

EXAMPLES = Path(__file__).parents[2] / "examples"
STUDY = EXAMPLES / "evaluate-input.csv"
PROMISED = {
    "effect_fen",
    "low_fen",
    "high_fen",
    "n_assigned",
    "n_held_out",
    "method",
    "verdict",
    "simulated",
}


@pytest.fixture
def zoufang():
    app = typer.Typer()
    app.callback()(lambda: None)
    command.register(app)
    return lambda *words: CliRunner().invoke(app, ["evaluate", *map(str, words)])


@pytest.fixture
def a_csv(tmp_path):
    """The example study, each row changed by a function."""

    def write(change, name="study.csv"):
        with STUDY.open(encoding="utf-8") as lines:
            rows = [change(row) for row in csv.DictReader(lines)]
        path = tmp_path / name
        with path.open("w", encoding="utf-8-sig", newline="") as lines:
            out = csv.DictWriter(lines, rows[0])
            out.writeheader()
            out.writerows(rows)
        return path

    return write


def test_the_example_output_is_what_the_example_input_gives(zoufang):
    expected = json.loads((EXAMPLES / "evaluate-output.json").read_text(encoding="utf-8"))
    result = zoufang(STUDY, "--json")
    assert result.exit_code == 0
    assert {**json.loads(result.stdout), "versions": None} == {**expected, "versions": None}


def test_csv_and_json_of_one_study_are_the_same_snapshot():
    assert read_study(STUDY).snapshot_id == read_study(EXAMPLES / "evaluate-input.json").snapshot_id


def test_the_data_holds_the_promised_keys_and_fits_its_schema(zoufang):
    data = json.loads(zoufang(STUDY, "--json").stdout)["data"]
    assert data.keys() >= PROMISED
    assert set(schema_named("evaluate-output")["properties"]) == set(data)
    assert parse_json(json.dumps(data), EvaluationOutput).effect_fen == data["effect_fen"]


def test_the_text_says_plainly_that_the_data_cannot_tell_and_that_they_are_simulated(zoufang):
    result = zoufang(STUDY)
    assert result.stdout.startswith("The data cannot tell whether visits recover more")
    assert "! These data are simulated" in result.stdout
    assert "Cost per recovered yuan: cannot tell" in result.stdout


def test_out_writes_the_envelope_and_still_prints_the_answer(zoufang, tmp_path):
    result = zoufang(STUDY, "--out", tmp_path / "answer.json")
    written = json.loads((tmp_path / "answer.json").read_text(encoding="utf-8"))
    assert written["ok"]
    assert written["data"]["answer"] in result.stdout


def test_a_study_that_could_miss_a_worthwhile_effect_is_too_small(zoufang):
    result = zoufang(STUDY, "--json", "--worthwhile-fen", 50_000)
    assert json.loads(result.stdout)["data"]["verdict"] == "too_small"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda row: row | {"arm": "free", "p_hold_out": "0.25"}, "no held-out customers"),
        (lambda row: row | {"unit": "same"}, "more than once"),
        (lambda row: row | {"visited": "true"}, "the hold-out leaked"),
        (lambda row: row | {"recovered_fen": "0"}, "nobody paid anything"),
        (lambda row: row | {"visited_on": "2026-09-09", "visited": "true"}, "after its outcome closed"),
        (lambda row: row | {"arm": "control"}, "row 2, field arm"),
        (lambda row: row | {"recovered_fen": "12.5"}, "row 2, field recovered_fen"),
        (lambda row: row | {"simulated": "perhaps"}, "field simulated"),
        (lambda row: {k: v for k, v in row.items() if k != "simulated"}, "must say whether it is simulated"),
        (lambda row: {k: v for k, v in row.items() if k != "arm"}, "A column is missing (field arm)"),
        (lambda row: row | {"study_id": row["unit"]}, "One study has one value"),
    ],
)
def test_a_study_that_cannot_be_used_exits_with_2_and_prints_no_effect(zoufang, a_csv, change, said):
    result = zoufang(a_csv(change), "--json")
    answer = json.loads(result.stdout)
    assert (result.exit_code, answer["ok"]) == (2, False)
    assert said in answer["data"]["message"]
    assert "effect_fen" not in result.stdout


def test_a_missing_file_and_a_wrong_form_are_bad_input(zoufang, tmp_path):
    assert zoufang(tmp_path / "none.csv").exit_code == 2
    assert zoufang(tmp_path / "study.xlsx").exit_code == 2


def test_a_study_file_of_only_a_header_is_bad_input(zoufang, tmp_path):
    path = tmp_path / "empty.csv"
    path.write_text("unit,arm,recovered_fen,visited,simulated\n", encoding="utf-8")
    assert "holds no rows" in zoufang(path).stderr
