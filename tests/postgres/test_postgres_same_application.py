"""One application on two databases: the same answers from SQLite and from a real PostgreSQL."""

from __future__ import annotations

import pytest

from tests.postgres.chain_writers import EACH, WRITERS
from tests.postgres.conftest import ROOT, ZOUFANG, Surroundings, answer_of
from tests.server.book.book_files import LI, LOAN_BOOK, ZHANG, a_file
from zoufang.files.mapping_toml import write_mapping

pytestmark = pytest.mark.postgres
SIZE = ("--customers", "120", "--crews", "2", "--weeks", "1", "--iterations", "30")
COUNTED = ("customers", "loans", "held_out", "planned_visits", "visits", "repayment_plans", "payments")
MANY = 700


def test_the_demo_comes_to_the_same_on_both(server, tmp_path):
    places = Surroundings(tmp_path / "sqlite"), Surroundings(tmp_path / "pg", server.create("demo"))
    started = [
        place.start(*ZOUFANG, "demo", "--no-serve", "--json", *SIZE, "--home", str(place.home)) for place in places
    ]
    embedded, served = (answer_of(program) for program in started)
    assert {name: served[name] for name in COUNTED} == {name: embedded[name] for name in COUNTED}
    assert served["evaluation"] == embedded["evaluation"]
    assert served["visits"] > 0
    assert served["payments"] > 0
    assert served["evaluation"]["n_held_out"] > 0
    assert not (tmp_path / "pg" / "zoufang.sqlite3").exists()
    for program in [place.start(*ZOUFANG, "audit", "verify", "--json") for place in places]:
        assert answer_of(program)["data"] == {"faults": [], "anchored": 0}
    again = places[1].zoufang("demo", "--no-serve", "--home", str(places[1].home), exit_code=1)
    assert again["data"]["error"] == "conflict"
    assert (places[1].home / "installation.key").exists()


def test_an_imported_book_is_the_same_on_both_and_a_second_time_changes_nothing(server, tmp_path):
    people = [ZHANG | {"loan_key": f"L-{n}", "customer_key": f"C-{n}", "dpd": str(n % 200)} for n in range(MANY)]
    book, mapping = a_file(tmp_path / "book.csv", [*people, ZHANG, LI]), tmp_path / "core.toml"
    mapping.write_text(write_mapping(LOAN_BOOK), encoding="utf-8")
    places = Surroundings(tmp_path / "sqlite"), Surroundings(tmp_path / "pg", server.create("book"))
    started = [place.start("-m", "tests.postgres.import_twice", str(book), str(mapping)) for place in places]
    told = []
    for first, second in (answer_of(program) for program in started):
        assert first["status"] == "landed"
        assert (second["status"], second["landed"]) == ("unchanged", 0)
        assert (second["figures"], second["roll_rates"]) == (first["figures"], first["roll_rates"])
        told.append(
            {name: first[name] for name in ("rows", "landed", "rejected", "customers", "loans", "figures")}
        )
    assert told[0] == told[1]
    assert told[0]["loans"] == MANY + 2


def test_writers_of_one_audit_chain_lose_nothing_on_either(server, tmp_path):
    places = Surroundings(tmp_path / "sqlite"), Surroundings(tmp_path / "pg", server.create("writers"))
    for program in [place.start("-m", "tests.postgres.chain_writers") for place in places]:
        assert answer_of(program) == {"lines": WRITERS * EACH, "told": WRITERS * EACH, "faults": []}


def test_the_tests_of_audit_and_imports_pass_on_postgresql_too(server, tmp_path):
    imports = sorted(map(str, (ROOT / "tests/server/book").glob("test_*_import.py")))
    assert imports
    tests = ("tests/server/audit", *imports, "-p", "no:cacheprovider", "-p", "no:xdist")
    program = Surroundings(tmp_path, server.url("postgres")).start("-m", "pytest", "-rN", *tests)
    said, _ = program.communicate(timeout=240)
    assert program.returncode == 0, said[-5000:]
