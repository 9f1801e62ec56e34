"""A bad pack file is refused with the file, the rule, the field and the remedy."""

from importlib.resources import files

import pytest

from zoufang.core.errors import BadField, BadInput
from zoufang.files.policy_packs import read_pack, read_packs, shipped_courses, shipped_holidays, shipped_packs

PACK = (files("zoufang.policies") / "cn-gbt45251.yaml").read_text(encoding="utf-8")


def pack_file(tmp_path, text):
    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_packs_are_read_with_their_numbers_as_minutes():
    packs = {pack.id: pack for pack in shipped_packs()}
    hours = next(rule for rule in packs["cn-gbt45251"].rules if rule.id == "CN-T1")
    assert {n.name: n.value for n in hours.numbers} == {"from": 480, "until": 1320, "stop_alarm": 1305}
    assert all(rule.zh and rule.en and rule.source for pack in packs.values() for rule in pack.rules)


def test_no_shipped_rule_claims_to_be_verified():
    """Nobody's counsel has signed them off; the page must say so."""
    assert not any(rule.verified for pack in shipped_packs() for rule in pack.rules)


def test_holidays_and_courses_are_read():
    assert [year.year for year in shipped_holidays().years] == [2025, 2026]
    assert len(shipped_courses().courses) >= 4


@pytest.mark.parametrize(
    ("was", "becomes", "field"),
    [
        ('value: "08:00"', 'value: "8 am"', "numbers.from.value"),
        ("force: standard", "force: custom", "force"),
        ("effect: block", "effect: forbid", "effect"),
        ("applies_to: [visit, call, sms]", "applies_to: []", "applies_to"),
        ("confidence: M", "confidence: M\n    colour: red", "colour"),
    ],
)
def test_a_misfit_names_file_rule_field_and_remedy(tmp_path, was, becomes, field):
    with pytest.raises(BadField) as caught:
        read_pack(pack_file(tmp_path, PACK.replace(was, becomes, 1)))
    assert caught.value.field == field
    assert "own.yaml, rules CN-T1" in str(caught.value)
    assert caught.value.remedy


def test_one_rule_twice_in_a_pack_is_refused(tmp_path):
    with pytest.raises(BadInput, match="one rule twice"):
        read_packs([pack_file(tmp_path, PACK.replace("id: CN-F1", "id: CN-T1"))])


@pytest.mark.parametrize("text", ["a: [", "", "just words"])
def test_what_is_no_pack_at_all_is_refused(tmp_path, text):
    with pytest.raises(BadInput, match=r"own\.yaml"):
        read_pack(pack_file(tmp_path, text))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(BadInput, match=r"nowhere\.yaml"):
        read_pack(tmp_path / "nowhere.yaml")
