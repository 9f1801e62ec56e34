"""`zoufang evidence verify`: exit 0 on a whole package, 1 with each fault named, 2 on what is none."""

from __future__ import annotations

import json

import pytest
import typer
from typer.testing import CliRunner

from tests.files.test_evidence_package import a_package, closed, opened
from zoufang.cli import evidence, installation
from zoufang.core.errors import NotFound
from zoufang.server.evidence import exporting

NUMBER = "371426-20260511-0009"


@pytest.fixture
def verify(tmp_path):
    app = typer.Typer()
    evidence.register(app)

    def run(content: bytes, *words: str) -> tuple[int, str]:
        path = tmp_path / "evidence.zip"
        path.write_bytes(content)
        done = CliRunner().invoke(app, ["evidence", "verify", str(path), *words])
        return done.exit_code, done.stdout

    return run


def test_a_whole_package_exits_0_and_prints_what_to_ask_the_bank(verify):
    code, text = verify(a_package())
    assert code == 0
    assert text.startswith(f"Package {NUMBER} is whole: 3 files, 2 events, 1 audit records.\nAsk the bank")
    code, text = verify(a_package(), "--json")
    assert json.loads(text)["data"]["manifest_sha256"] in verify(a_package())[1]


def test_faults_are_named_and_exit_1(verify):
    files = opened(a_package())
    code, text = verify(closed(files | {"evidence.pdf": b"other"}, honest=True))
    assert (code, text) == (1, "evidence.pdf: changed, its SHA-256 is not that of the manifest\n")


def test_what_is_no_package_exits_2(verify):
    assert verify(b"no zip")[0] == 2


def test_with_an_installation_the_bank_is_asked_too(verify, monkeypatch, tmp_path):
    known = {}

    def exported_as(number: str, manifest_hash: str) -> bool:
        if number not in known:
            raise NotFound("No such package")
        return known[number] == manifest_hash

    monkeypatch.setattr(installation, "open_installation", lambda home: home)
    monkeypatch.setattr(exporting, "exported_as", exported_as)
    asked = ("--home", str(tmp_path))
    assert verify(a_package(), *asked)[0] == 2
    known[NUMBER] = "0" * 64
    assert verify(a_package(), *asked) == (
        1,
        f"Package {NUMBER}: the bank handed out another manifest under this number\n",
    )
    known[NUMBER] = json.loads(verify(a_package(), "--json")[1])["data"]["manifest_sha256"]
    assert verify(a_package(), *asked)[1].endswith("The bank handed out this very package.\n")
