"""`zoufang audit`: exit 0 on a whole chain, 1 with each fault named, 2 where there is no bank; anchors."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
import typer
from typer.testing import CliRunner

from tests.server.staffing import a_bank
from zoufang.cli import audit, installation
from zoufang.server.audit.models import AuditDay, AuditLine
from zoufang.server.audit.services import record

pytestmark = pytest.mark.django_db
NOON = datetime.fromisoformat("2026-05-11T12:00:00+08:00")


@pytest.fixture
def verify(monkeypatch):
    """The command on the test's own database."""
    monkeypatch.setattr(installation, "open_installation", lambda home: home)
    app = typer.Typer()
    audit.register(app)

    def run(*words: str, command: str = "verify") -> tuple[int, str]:
        done = CliRunner().invoke(app, ["audit", command, *words])
        return done.exit_code, done.stdout

    return run


@pytest.fixture
def lines() -> list[AuditLine]:
    a_bank()
    return [
        record(at=NOON, actor="E1", action="try", subject_kind="try", subject_id=n, branch_code="X")
        for n in range(3)
    ]


def faults(answer: tuple[int, str]) -> list[str]:
    code, text = answer
    assert code == 1
    assert json.loads(text)["ok"] is False
    return json.loads(text)["data"]["faults"]


def test_a_whole_chain_exits_0(verify, lines):
    code, text = verify()
    assert code == 0
    assert text.startswith("The chain is whole. No head of it is anchored")
    code, text = verify("--json")
    assert (code, json.loads(text)["ok"], json.loads(text)["data"]) == (0, True, {"faults": [], "anchored": 0})


def test_a_changed_line_is_named_with_branch_and_day(verify, lines):
    AuditLine.objects.filter(pk=lines[1].pk).update(actor="E2")
    assert faults(verify("--json")) == ["X 2026-05-11: line 2 was changed"]
    assert verify() == (1, "X 2026-05-11: line 2 was changed\n")


def test_a_missing_line_is_named(verify, lines):
    lines[1].delete()
    assert "X 2026-05-11: line 2 is missing" in faults(verify("--json"))


def test_a_missing_last_line_is_named(verify, lines):
    lines[2].delete()
    assert faults(verify("--json")) == ["X 2026-05-11: the end of the day, line 3, is missing"]


def test_lines_in_another_order_are_named(verify, lines):
    for line, number in ((lines[0], 99), (lines[1], 1), (lines[0], 2)):
        AuditLine.objects.filter(pk=line.pk).update(number=number)
    told = faults(verify("--json"))
    assert "X 2026-05-11: line 1 does not follow the line before" in told
    assert "X 2026-05-11: line 2 does not follow the line before" in told


def test_a_folder_without_a_bank_is_bad_input_and_no_whole_chain(verify):
    assert verify()[0] == 2


def cut(line: AuditLine) -> None:
    """Take a last line away and make the day's head agree, as one who writes to the database could."""
    AuditDay.objects.filter(pk=line.day_id).update(lines=line.number - 1, head=line.previous_hash)
    line.delete()


def test_an_end_cut_off_together_with_its_head_shows_by_the_anchor_only(verify, lines, tmp_path):
    kept = tmp_path / "anchors.jsonl"
    assert verify("--to", str(kept), command="anchor") == (0, "1 heads written to anchors.jsonl.\n")
    assert verify("--to", str(kept), command="anchor")[1] == "No head has moved since the last record.\n"
    assert verify("--anchors", str(kept)) == (0, "The chain is whole, and holds all 1 anchored heads.\n")
    cut(lines[2])
    assert verify()[0] == 0
    assert faults(verify("--anchors", str(kept), "--json")) == ["X 2026-05-11: line 3 is not what was anchored"]


def test_a_chain_that_grew_again_over_the_cut_is_found_by_the_earlier_anchor(verify, lines, tmp_path):
    kept = tmp_path / "anchors.jsonl"
    verify("--to", str(kept), command="anchor")
    cut(lines[2])
    for n in range(2):
        record(at=NOON, actor="E1", action="other", subject_kind="try", subject_id=n, branch_code="X")
    verify("--to", str(kept), command="anchor")
    assert faults(verify("--anchors", str(kept), "--json")) == ["X 2026-05-11: line 3 is not what was anchored"]


def test_a_branch_that_was_taken_away_whole_is_found_by_its_anchor(verify, lines, tmp_path):
    kept = tmp_path / "anchors.jsonl"
    verify("--to", str(kept), command="anchor")
    AuditLine.objects.all().delete()
    AuditDay.objects.all().delete()
    assert faults(verify("--anchors", str(kept), "--json")) == ["X 2026-05-11: line 3 is not what was anchored"]


def test_a_changed_file_of_anchors_tells_on_itself(verify, lines, tmp_path):
    kept = tmp_path / "anchors.jsonl"
    for n in range(3):
        record(at=NOON, actor="E1", action="try", subject_kind="try", subject_id=n, branch_code="X")
        verify("--to", str(kept), command="anchor")
    first, _second, third = kept.read_text(encoding="utf-8").splitlines()
    kept.write_text(f"{first}\n{third}\n", encoding="utf-8")
    assert faults(verify("--anchors", str(kept), "--json")) == [
        "Anchors anchors.jsonl: record 2 does not follow the record before"
    ]
    kept.write_text("no anchors\n", encoding="utf-8")
    assert verify("--anchors", str(kept))[0] == 2
