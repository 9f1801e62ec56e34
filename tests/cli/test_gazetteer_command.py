"""`zoufang gazetteer`: what it takes in, places, and refuses to ask."""

from __future__ import annotations

import json

import pytest
import typer
from typer.testing import CliRunner

from tests.server.places.place_builders import a_text
from tests.server.world import a_customer
from zoufang.cli import gazetteer, installation
from zoufang.core.values import Precision
from zoufang.server.book.models import Address
from zoufang.server.places.models import GazetteerPlace

pytestmark = pytest.mark.django_db


@pytest.fixture
def zoufang(db, tmp_path, monkeypatch):
    """The command in the test's own installation."""
    monkeypatch.setattr(installation, "open_installation", lambda home=None: tmp_path)
    app = typer.Typer()
    app.callback()(lambda: None)
    gazetteer.register(app)
    return lambda *words: CliRunner().invoke(app, ["gazetteer", *(str(word) for word in words)])


def test_the_example_is_taken_in_and_places_the_book_at_once(zoufang):
    address = a_text(a_customer("c1"), "陵县示例镇李家圈三组")
    said = zoufang("import", "examples/gazetteer.csv", "--source", "示例 2026", "--json")
    assert said.exit_code == 0, said.output
    assert json.loads(said.stdout)["data"]["by_precision"] == {"village": 1}
    assert Address.objects.get(pk=address.pk).precision == Precision.VILLAGE
    assert set(GazetteerPlace.objects.values_list("source", flat=True)) == {"示例 2026", "县城位置近似", "虚构"}


def test_placing_again_finds_nothing_new(zoufang):
    a_text(a_customer("c1"), "陵县示例镇李家圈三组")
    zoufang("import", "examples/gazetteer.csv", "--source", "示例 2026")
    assert json.loads(zoufang("place", "--json").stdout)["data"]["looked_at"] == 0


def test_a_datum_that_nobody_knows_is_refused(zoufang):
    said = zoufang("import", "examples/gazetteer.csv", "--source", "x", "--datum", "Mars")
    assert said.exit_code == 2
    assert GazetteerPlace.objects.count() == 0


def test_no_geocoder_is_asked_unless_the_bank_names_one(zoufang):
    said = zoufang("geocode")
    assert said.exit_code == 2
    assert "ZOUFANG_GEOCODER_URL" in said.output
