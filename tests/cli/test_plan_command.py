import csv
import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from zoufang.cli import plan as command
from zoufang.files.json_values import parse_json, schema_named
from zoufang.files.plan_output import PlanOutput

EXAMPLES = Path(__file__).parents[2] / "examples"
BOOK = EXAMPLES / "plan-input.json"


@pytest.fixture
def zoufang():
    app = typer.Typer()
    app.callback()(lambda: None)
    command.register(app)
    return lambda *words: CliRunner().invoke(app, ["plan", *map(str, words)])


@pytest.fixture
def changed(tmp_path):
    """The example with something changed by a function."""

    def write(change):
        book = json.loads(BOOK.read_text(encoding="utf-8"))
        change(book)
        path = tmp_path / "book.json"
        path.write_text(json.dumps(book, ensure_ascii=False), encoding="utf-8")
        return path

    return write


def data(result) -> dict:
    return json.loads(result.stdout)["data"]


def test_the_example_output_is_what_the_example_input_gives(zoufang):
    result = zoufang(BOOK, "--json")
    expected = json.loads((EXAMPLES / "plan-output.json").read_text(encoding="utf-8"))["data"]
    assert (result.exit_code, data(result)) == (0, expected)


def test_the_output_fits_its_published_schema(zoufang):
    made = parse_json(json.dumps(data(zoufang(BOOK, "--json"))), PlanOutput)
    assert made.objective_fen > 0
    assert {"visits", "refused", "unplanned"} <= schema_named("plan-output")["properties"].keys()
    assert {"day", "candidates", "crews"} <= schema_named("plan-input")["properties"].keys()


def test_every_candidate_is_planned_refused_or_left_out_with_a_reason(zoufang):
    made = data(zoufang(BOOK, "--json"))
    told = [one["customer_id"] for part in ("visits", "refused", "unplanned") for one in made[part]]
    asked = [c["customer_id"] for c in json.loads(BOOK.read_text(encoding="utf-8"))["candidates"]]
    assert sorted(told) == asked
    assert all(one["reasons"] for one in made["refused"] + made["unplanned"])


def test_an_open_complaint_and_an_unknown_fact_are_refused_by_rule_and_source(zoufang):
    refused = {r["customer_id"]: r["reasons"] for r in data(zoufang(BOOK, "--json"))["refused"]}
    assert [r["rule_id"] for r in refused["DZ-0015"]] == ["CN-O5"]
    assert {r["rule_id"] for r in refused["DZ-0016"]} == {"CN-O5", "CN-O6"}
    assert all(r["source"] for reasons in refused.values() for r in reasons)


def test_a_crew_with_a_lapsed_certificate_stays_at_home(zoufang):
    result = zoufang(BOOK, "--json")
    assert [c["crew_id"] for c in data(result)["refused_crews"]] == ["禹城一组"]
    assert "no longer valid" in json.loads(result.stdout)["warnings"][0]


def test_a_care_visit_goes_only_to_a_crew_trained_for_it(zoufang):
    (care,) = [v for v in data(zoufang(BOOK, "--json"))["visits"] if v["customer_id"] == "DZ-0007"]
    assert (care["purpose"], care["crew_id"]) == ("care_visit", "德城一组")


def test_a_promised_hour_is_kept(zoufang):
    (promised,) = [v for v in data(zoufang(BOOK, "--json"))["visits"] if v["customer_id"] == "DZ-0003"]
    assert "10:00" <= promised["start"] < promised["end"] <= "11:00"


def test_the_same_seed_prints_the_same_bytes(zoufang):
    assert zoufang(BOOK, "--seed", 5, "--json").stdout == zoufang(BOOK, "--seed", 5, "--json").stdout


def test_when_everybody_is_refused_the_exit_code_is_1(zoufang, changed):
    def complain(book):
        for candidate in book["candidates"]:
            candidate["facts"]["complaint_open"] = True

    result = zoufang(changed(complain), "--json")
    assert (result.exit_code, json.loads(result.stdout)["ok"]) == (1, False)
    assert not data(result)["visits"]


def test_a_jurisdiction_without_rules_refuses_everybody(zoufang, changed):
    result = zoufang(changed(lambda book: book.update(jurisdiction="XX")), "--json")
    assert result.exit_code == 1
    assert data(result)["refused"][0]["reasons"][0]["rule_id"] == "XX-1"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda b: b["crews"][0].pop("shift"), "crews.0.shift"),
        (lambda b: b["crews"][0].update(shift={"start_min": 600, "end_min": 500}), "impossible"),
        (lambda b: b["candidates"][0]["addresses"][0].update(lat=39.9), "outside the service area"),
        (lambda b: b["candidates"][0]["facts"].update(complaint_opened=True), "complaint_opened"),
        (lambda b: b["candidates"].append(b["candidates"][0]), "stands more than once"),
        (lambda b: b["candidates"][0].update(arrears_fen=12.5), "arrears_fen"),
        (lambda b: b["candidates"][0].update(addresses=[]), "has no address"),
        (lambda b: b.update(policy={"service_minute": 10}), "policy.service_minute"),
        (lambda b: b.update(day="2026-02-30"), "day"),
        (lambda b: b.update(number_of_days=0), "1 to 31"),
        (lambda b: b.update(pins=[{"customer_id": "DZ-0015", "crew_id": "德城一组"}]), "cannot lift a refusal"),
    ],
)
def test_bad_input_is_named_with_exit_code_2(zoufang, changed, change, complaint):
    result = zoufang(changed(change))
    assert (result.exit_code, complaint in result.stderr) == (2, True), result.stderr


def test_the_plan_as_text_names_crews_refusals_and_worth(zoufang):
    text = zoufang(BOOK).stdout
    assert "德城一组: 08:30-" in text
    assert "refused DZ-0015: CN-O5" in text
    assert "expected net value" in text
    assert "stays at home" in text


def test_stops_go_to_a_table_and_the_envelope_to_a_file(zoufang, tmp_path):
    table, envelope = tmp_path / "stops.csv", tmp_path / "plan.json"
    assert zoufang(BOOK, "--csv", table, "--out", envelope).exit_code == 0
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(json.loads(envelope.read_text(encoding="utf-8"))["data"]["visits"])
    assert rows[0]["crew_id"] == "德城一组"
    assert rows[0]["order"] == "1"


def test_a_policy_file_changes_what_the_input_leaves_at_its_default(zoufang, tmp_path):
    policy = tmp_path / "planning.toml"
    policy.write_text('version = "longer"\nservice_minutes = 45\niterations = 0\n', encoding="utf-8")
    made = data(zoufang(BOOK, "--policy", policy, "--json"))
    assert (made["plan_versions"]["policy"], made["engine"]) == ("longer", "greedy insertion 1")
    assert len(made["visits"]) < len(data(zoufang(BOOK, "--json"))["visits"])


@pytest.mark.parametrize("text", ["service_minute = 10", "service_minutes = 0", "service_minutes = 1.5", "oops"])
def test_a_policy_file_that_does_not_fit_is_bad_input(zoufang, tmp_path, text):
    policy = tmp_path / "planning.toml"
    policy.write_text(text, encoding="utf-8")
    assert zoufang(BOOK, "--policy", policy).exit_code == 2


def test_a_missed_promise_is_a_warning(zoufang, changed):
    def at_night(book):
        book["candidates"][2]["appointment"] = {"start_min": 1260, "end_min": 1320}

    result = zoufang(changed(at_night), "--json")
    assert any("DZ-0003" in warning for warning in json.loads(result.stdout)["warnings"])


def to_the_guarantor(kind, guarantor="G-1"):
    """The first candidate's visit turned into a demand on a guarantor, at whose door it takes place."""

    def change(book):
        one = book["candidates"][0]
        one |= {"target_id": guarantor, "role": "guarantor", "purpose": "guarantor_demand", "required": True}
        until = {"party_id": "G-1", "kind": kind, "period_ends": "2027-03-01"}
        one["facts"] |= {"guarantees": [until]}
        one["facts"] |= {"target_deceased": False, "target_lacks_capacity": False}

    return change


def of(made, customer) -> tuple[str, list[str]]:
    """Where the customer stands in the answer, and the rules that speak against it."""
    for part in ("visits", "refused", "unplanned"):
        for one in made[part]:
            if one["customer_id"] == customer:
                return part, [reason["rule_id"] for reason in one.get("reasons", ()) if "rule_id" in reason]
    raise AssertionError(customer)


def test_a_joint_guarantor_may_be_the_target_of_a_visit(zoufang, changed):
    assert of(data(zoufang(changed(to_the_guarantor("joint")), "--json")), "DZ-0001")[0] == "visits"


def test_who_gave_no_guarantee_is_refused_whatever_role_the_file_tells(zoufang, changed):
    part, rules = of(data(zoufang(changed(to_the_guarantor("joint", "G-2")), "--json")), "DZ-0001")
    assert part == "refused"
    assert "CN-P6" in rules


def test_the_areas_of_a_file_are_searched_one_by_one_with_the_same_plan_for_any_number_of_jobs(zoufang, changed):
    """Every customer of the example is sent to the branch of one crew."""

    def one_branch(book):
        for one in book["candidates"]:
            one["branch"] = "禹城"
        for crew in book["crews"]:
            crew["branch"] = "禹城"

    path = changed(one_branch)
    one, two = (data(zoufang(path, "--json", "--by-area", "--jobs", jobs)) for jobs in (1, 2))
    assert one == two
    assert one["engine"] == "compiled search by areas"
    asked = [c["customer_id"] for c in json.loads(BOOK.read_text(encoding="utf-8"))["candidates"]]
    told = [c["customer_id"] for part in ("visits", "refused", "unplanned") for c in one[part]]
    assert sorted(told) == asked


def test_a_budget_of_the_file_is_kept_and_told(zoufang, changed):
    budget = {"name": "November", "resource": "visits", "limit": 3}
    path = changed(lambda book: book["policy"].update(budgets=[budget]))
    made = data(zoufang(path, "--json"))
    assert len(made["visits"]) == 3
    (told,) = made["budgets"]
    assert (told["name"], told["counts"], told["used"], told["limit"]) == ("November", "visits", 3, 3)
    assert told["price_fen"] > 0


def test_without_cars_crews_of_the_file_go_as_they_can_or_stay_at_home(zoufang, changed):
    def no_car(book):
        book["policy"]["cars"] = [{"name": "all", "cars": 0}]
        book["crews"][0]["modes"] = ["car", "ebike"]

    made = data(zoufang(changed(no_car), "--json"))
    assert {(c["crew_id"], c["mode"]) for c in made["crews"]} == {("德城一组", "ebike")}


def test_overtime_is_told_with_its_minutes_and_price(zoufang, changed):
    def short(book):
        for crew in book["crews"]:
            crew |= {"overtime_minutes": 120, "overtime_fen_per_minute": 60}
            start = crew["shift"]["start_min"]
            crew |= {"shift": {"start_min": start, "end_min": start + 90}, "rest": None}

    made = data(zoufang(changed(short), "--json"))
    late = [crew for crew in made["crews"] if crew["overtime_minutes"]]
    assert late
    assert all(0 < c["overtime_fen"] <= c["overtime_minutes"] * 60 for c in late)


def visited(made) -> set[str]:
    return {visit["customer_id"] for visit in made["visits"]}


def a_free_visit(zoufang) -> str:
    """Somebody who is in the plan of the example without having to be."""
    made = data(zoufang(BOOK, "--json"))
    return next(visit["customer_id"] for visit in made["visits"] if not visit["required"])


def told(customer, **facts):
    """A change of the example: these facts of one customer."""

    def change(book):
        next(one for one in book["candidates"] if one["customer_id"] == customer).update(facts)

    return change


def test_harm_that_is_likely_at_a_high_price_keeps_a_visit_out(zoufang, changed):
    customer = a_free_visit(zoufang)
    harm = {"kind": "complaint", "rate": {"mean": 0.5, "low": 0.4, "high": 0.6, "n": 20, "method": "told"}}

    def change(book):
        told(customer, harms=[harm])(book)
        book["policy"]["harm_price_fen"] = {"complaint": 10_000_000}

    assert customer not in visited(data(zoufang(changed(change), "--json")))


def test_a_deadline_that_is_near_makes_a_visit_required_that_did_not_pay(zoufang, changed):
    first = json.loads(BOOK.read_text(encoding="utf-8"))
    customer, day = a_free_visit(zoufang), first["day"]
    rule = {"deadline": "limitation", "urgent_fen": 1_000, "urgent_days": 30, "hard_days": 7}
    purpose = next(one["purpose"] for one in first["candidates"] if one["customer_id"] == customer)
    worthless = {"uplift": {"effect_fen": 0, "low_fen": 0, "high_fen": 0, "method": "told"}}

    def change(book, **more):
        told(customer, **worthless, **more)(book)
        book["policy"]["purposes"] = {purpose: rule}

    assert customer not in visited(data(zoufang(changed(change), "--json")))
    near = changed(lambda book: change(book, deadline={"kind": "limitation", "on": day}))
    assert customer in visited(data(zoufang(near, "--json")))


def test_the_officer_whom_a_customer_knows_goes(zoufang, changed):
    made = data(zoufang(BOOK, "--json"))
    book = json.loads(BOOK.read_text(encoding="utf-8"))
    customer = a_free_visit(zoufang)
    crew = next(visit["crew_id"] for visit in made["visits"] if visit["customer_id"] == customer)
    own = next(one for one in book["crews"] if one["crew_id"] == crew)
    owner = {"officer_id": own["officers"][0]["officer_id"], "tie": "owner"}
    again = data(zoufang(changed(told(customer, known_to=[owner])), "--json"))
    why = next(visit["why"] for visit in again["visits"] if visit["customer_id"] == customer)
    assert "account owner goes" in json.dumps(why)


def test_a_crew_of_officers_who_must_step_aside_does_not_go(zoufang, changed):
    customer = a_free_visit(zoufang)
    book = json.loads(BOOK.read_text(encoding="utf-8"))
    everybody = [officer["officer_id"] for crew in book["crews"] for officer in crew["officers"]]

    def change(one):
        mine = next(c for c in one["candidates"] if c["customer_id"] == customer)
        mine["needs"] = mine.get("needs", {}) | {"recused": everybody}

    assert customer not in visited(data(zoufang(changed(change), "--json")))
