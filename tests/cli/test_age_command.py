import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from zoufang.cli import age as command
from zoufang.files.age_report import AgeOutput
from zoufang.files.json_values import parse_json, schema_named

EXAMPLES = Path(__file__).parents[2] / "examples"
BOOK = EXAMPLES / "age-input.json"


@pytest.fixture
def zoufang():
    app = typer.Typer()
    app.callback()(lambda: None)
    command.register(app)
    return lambda *words: CliRunner().invoke(app, ["age", *map(str, words)])


def data(result) -> dict:
    return json.loads(result.stdout)["data"]


def test_the_example_output_is_what_the_example_input_gives(zoufang):
    result = zoufang(BOOK, "--today", "2026-06-30", "--previous", "2026-05-31", "--json")
    assert (result.exit_code, data(result)) == (0, json.loads((EXAMPLES / "age-output.json").read_text())["data"])


def test_the_output_fits_its_published_schema(zoufang):
    result = zoufang(BOOK, "--today", "2026-06-30", "--previous", "2026-05-31", "--json")
    assert parse_json(json.dumps(data(result)), AgeOutput).total_fen == data(result)["total_fen"]
    assert {"loans", "buckets", "npl_ratio", "roll_rates"} <= schema_named("age-output")["properties"].keys()


def test_the_six_loans_stand_where_their_names_say(zoufang):
    loans = {one["loan_id"]: one for one in data(zoufang(BOOK, "--today", "2026-06-30", "--json"))["loans"]}
    assert {name: (one["snapshot"]["dpd"], one["bucket"]) for name, one in loans.items()} == {
        "DZ-MORTGAGE-KEPT": (0, "M0"),
        "DZ-CONSUMER-FIRST-MISS": (12, "M1"),
        "DZ-FARM-PART-PAID": (81, "M3"),
        "DZ-BUSINESS-FLOOD": (33, "M3"),  # the bank's own 63 days place it
        "DZ-AUTO-RESTRUCTURED": (116, "M4"),
        "DZ-CARD-WRITTEN-OFF": (462, "M7+"),
    }


def test_a_written_off_loan_is_shown_and_stays_out_of_the_ratio(zoufang):
    result = data(zoufang(BOOK, "--today", "2026-06-30", "--json"))
    assert result["written_off"] == 1
    assert result["npl_ratio"] == pytest.approx(4_050_000 / 22_232_000)


def test_people_get_tables_and_the_warnings(zoufang):
    text = zoufang(BOOK, "--today", "2026-06-30", "--previous", "2026-05-31").stdout
    assert "NPL ratio 18.22%" in text
    assert "DZ-BUSINESS-FLOOD: dpd given 63, ours 33" in text
    assert "! Figures of the bank that differ from ours (its own are used): 1." in text


def test_the_envelope_is_written_to_a_file(zoufang, tmp_path):
    out = tmp_path / "aged.json"
    assert zoufang(BOOK, "--today", "2026-06-30", "--out", out).exit_code == 0
    assert json.loads(out.read_text())["ok"] is True


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--previous", "2026-07-31"), "not before --today"),
        (("--pooled",), "no row of snapshots"),
        (("--pooled", "--previous", "2026-05-31"), "Give only one"),
    ],
)
def test_dates_that_make_no_sense_are_bad_input(zoufang, words, said):
    result = zoufang(BOOK, "--today", "2026-06-30", *words)
    assert (result.exit_code, said in result.stderr) == (2, True)


def test_a_misspelt_key_is_refused_rather_than_lost(zoufang, tmp_path):
    book = json.loads(BOOK.read_text())
    book["loans"][0]["paymets"] = []
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps(book))
    result = zoufang(wrong, "--today", "2026-06-30", "--json")
    assert result.exit_code == 2
    assert "loans.0.paymets" in json.loads(result.stdout)["data"]["message"]


def test_a_file_of_another_kind_is_refused_by_name(zoufang, tmp_path):
    result = zoufang(tmp_path / "book.doc", "--today", "2026-06-30")
    assert (result.exit_code, "book.doc is neither" in result.stderr) == (2, True)
