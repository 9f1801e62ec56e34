"""`zoufang audit verify`: exit 0 on a whole chain, 1 with each fault named, 2 where there is no bank."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
import typer
from typer.testing import CliRunner

from tests.server.staffing import a_bank
from zoufang.cli import audit, installation
from zoufang.server.audit.models import AuditLine
from zoufang.server.audit.services import record

pytestmark = pytest.mark.django_db
NOON = datetime.fromisoformat("2026-05-11T12:00:00+08:00")


@pytest.fixture
def verify(monkeypatch):
    """The command on the test's own database."""
    monkeypatch.setattr(installation, "open_installation", lambda home: home)
    app = typer.Typer()
    audit.register(app)

    def run(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, ["audit", "verify", *words])
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
    assert verify() == (0, "The chain is whole.\n")
    code, text = verify("--json")
    assert (code, json.loads(text)["ok"], json.loads(text)["data"]) == (0, True, {"faults": []})


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
