"""Judge a kept decision again: the same question and facts, under the rules as they were known then."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from zoufang.core.compliance import ContactRequest, Facts, Override, review_contact
from zoufang.core.compliance import Verdict as Said
from zoufang.files.json_values import parse_json
from zoufang.server.daily.policies import compliance_policy
from zoufang.server.oversight.models import Verdict


@dataclass(frozen=True, slots=True)
class JudgedAgain:
    """`same`: decision and findings are those that were kept. `lacking`: packs of then that are not here now."""

    said: Said
    same: bool
    lacking: tuple[str, ...]


def judge_again(row: Verdict) -> JudgedAgain:
    """Nothing is kept: the first decision stands whatever comes of it."""
    body = row.body
    request = _read(body["request"], ContactRequest)
    overrides = tuple(_read(one, Override) for one in body["overrides"])
    policy = compliance_policy(row.day, known_at=row.at)
    said = review_contact(
        request, _read(row.facts.body, Facts), policy, date.fromisoformat(body["today"]), overrides
    )
    again = json.loads(json.dumps(said.as_json(), default=str))
    same = all(again[part] == body[part] for part in ("decision", "findings", "pack_versions"))
    lacking = tuple(name for name in body["pack_versions"] if name not in policy.versions)
    return JudgedAgain(said, same, lacking)


def _read(body: Any, kind: Any) -> Any:
    return parse_json(json.dumps(body), kind, name=kind.__name__)
