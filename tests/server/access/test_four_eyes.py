"""Where two people are asked, the same person is refused: the table names the test of each, and is complete."""

from __future__ import annotations

import ast
import re
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import yaml

from tests.server.staffing import NOW, TODAY, a_bank, a_member
from tests.server.world import SYSTEM
from zoufang.core.errors import ZoufangError
from zoufang.server.oversight.models import Attestation
from zoufang.server.oversight.services import countersign

TABLE = yaml.safe_load(Path(__file__).with_name("four_eyes.yaml").read_text(encoding="utf-8"))
ROOT = Path(__file__).resolve().parents[3]
SERVER = ROOT / "src/zoufang/server"
SAME_PERSON = re.compile(r"\.\w*by_id == by\.pk")
# The same comparison, asked for something else: nobody closes the own account, nobody is turned away.
OTHERS = {"staff/people.py", "jobs/queries.py"}


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row["what"])
def test_the_refusal_of_the_same_person_is_tested(row):
    path, name = row["test"].split("::")
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    assert row["source"]


def test_no_check_of_two_people_is_missing_from_the_table():
    found = {
        str(path.relative_to(SERVER))
        for path in SERVER.rglob("*.py")
        if "pages" not in path.parts and SAME_PERSON.search(path.read_text(encoding="utf-8"))
    }
    named = tuple(row["code"] for row in TABLE)
    assert not [path for path in found - OTHERS if not path.startswith(named)]


@pytest.mark.django_db
def test_whoever_attests_first_does_not_sign_second():
    a_bank()
    first = a_member("compliance")
    row = Attestation.objects.create(
        id=uuid4(),
        fact="represented",
        source_system=SYSTEM,
        basis="台账",
        expires=TODAY + timedelta(days=30),
        first_by=first,
        first_at=NOW,
    )
    with pytest.raises(ZoufangError):
        countersign(statement=row, by=first, at=NOW)
    row.refresh_from_db()
    assert row.second_by is None
