"""One catalogue for all texts: complete, true to its placeholders, compiled."""

import re
import shutil

import polib
import pytest

from tests.server.language_check import strangers
from tools import messages

PLACES = re.compile(r"%\((\w+)\)[-\d.,]*[a-z]|%%|\{(\w+)\}")
# What a Chinese file calls its columns and units stays so in an English sentence.
BANK_WORDS = re.compile("逾期天数|逾期起始日|冲正原流水号|生效日|本人|妻|万元")
CATALOGUE = messages.catalogue()


def test_every_text_has_a_chinese_translation():
    assert [e.msgid for e in CATALOGUE if not e.translated() or e.fuzzy] == []


def test_every_translation_keeps_the_places_of_its_text():
    wrong = [e.msgid for e in CATALOGUE if set(PLACES.findall(e.msgid)) != set(PLACES.findall(translation(e)))]
    assert wrong == []


def test_no_source_text_is_chinese_except_for_column_names_and_units():
    assert [e.msgid for e in CATALOGUE if strangers(BANK_WORDS.sub("", e.msgid), "en")] == []


def test_the_compiled_catalogue_is_that_of_the_source():
    compiled = polib.mofile(str(messages.CATALOGUE.with_suffix(".mo")))
    texts = {(e.msgctxt, e.msgid): translation(e) for e in CATALOGUE}
    assert {(e.msgctxt, e.msgid): translation(e) for e in compiled} == texts


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="gettext is not installed")
def test_no_text_in_code_or_templates_is_missing_from_the_catalogue():
    """Run `make messages` and translate what it lists (docs/how-to/translate.md)."""
    known = {(e.msgctxt, e.msgid) for e in CATALOGUE}
    assert [e.msgid for e in messages.extracted() if (e.msgctxt, e.msgid) not in known] == []


def test_the_language_check_finds_a_stranger_and_lets_marked_data_be():
    assert strangers('<p>Visit <b>走访</b> <span class="data">张三</span></p>', "en") == ["走访"]
    assert strangers('<p title="Customer">客户 <i lang="en">Visit</i> DPD</p>', "zh-hans") == ["Customer"]
    assert strangers("<p>Zoufang 走访</p><script>let customer;</script>", "zh-hans") == []


def translation(entry: polib.POEntry) -> str:
    return entry.msgstr_plural.get(0, "") if entry.msgid_plural else entry.msgstr
