"""The built app ships with the package: it is what its sources give, and it speaks both languages throughout."""

import gzip
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from zoufang.server.pages.field_client import CLIENT, TYPES

FIELD = Path(__file__).resolve().parents[3] / "field"
SAID = re.compile(r'\bt\(\s*"((?:[^"\\]|\\.)*)"')
LIMIT_GZIP = 200_000


def test_every_file_that_is_served_was_built():
    assert {name for name in TYPES if not (CLIENT / name).is_file()} == set()


def test_the_built_app_is_what_its_sources_give(tmp_path):
    node, esbuild = shutil.which("node"), FIELD / "node_modules" / "esbuild"
    if node is None or not esbuild.is_dir():
        pytest.skip("Node or esbuild is missing: `npm ci` in field/ lets the built files be compared")
    subprocess.run([node, "build.mjs", str(tmp_path)], cwd=FIELD, check=True, timeout=120)
    built = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert built == {path.name: path.read_bytes() for path in CLIENT.iterdir()}, "Run `make field`."


def test_every_text_of_the_app_has_its_chinese_and_none_is_left_over():
    said = {
        text for path in (FIELD / "src").glob("*.ts") for text in SAID.findall(path.read_text(encoding="utf-8"))
    }
    chinese = json.loads((FIELD / "messages.json").read_text(encoding="utf-8"))
    assert said == set(chinese)
    for text, translated in chinese.items():
        assert translated.strip()
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", translated)), text


def test_the_app_is_small_enough_for_a_slow_line():
    assert sum(len(gzip.compress((CLIENT / name).read_bytes())) for name in TYPES) < LIMIT_GZIP


def test_no_markup_is_made_from_text():
    for path in (FIELD / "src").glob("*.ts"):
        assert "innerHTML" not in path.read_text(encoding="utf-8"), path.name
