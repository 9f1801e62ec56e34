"""The docs cannot lie: links lead somewhere, what they name exists, generated pages are current."""

import re
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import override

from tools.cli_reference import PAGE, commands, page
from zoufang.server.pages.navigation import SECTIONS
from zoufang.server.staff.models import Role
from zoufang.server.staff.permissions import ACTIONS

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
NAMES = [str(path.relative_to(ROOT)) for path in PAGES]
ROLE_PAGES = sorted(path.stem for path in (DOCS / "roles").glob("*.md"))
LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCE = re.compile(r"^\s*```.*?^\s*```", re.DOTALL | re.MULTILINE)
ZOUFANG = Path(sys.executable).with_name("zoufang")
COMMAND = re.compile(r"zoufang ([a-z]+)([^`\n#]*)")
every_page = pytest.mark.parametrize("name", NAMES)


@cache
def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@cache
def code(*folders: str) -> str:
    paths = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


@cache
def headings(path: Path) -> set[str]:
    """As anchors: lower case, spaces to hyphens, other marks away."""
    found = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


@every_page
def test_every_link_leads_to_a_file_or_a_heading(name):
    here = ROOT / name
    for link in LINK.findall(FENCE.sub("", text(name))):
        if link.startswith(("http://", "https://")):
            continue
        target, _, anchor = link.partition("#")
        found = (here.parent / target).resolve() if target else here
        assert found.exists(), f"{name} links to {link}"
        assert not anchor or anchor in headings(found), f"{name} links to {link}"


@every_page
def test_every_command_named_exists_with_its_options(name):
    known = commands()
    groups = {command.split()[0] for command in known if " " in command}
    for command, rest in COMMAND.findall(text(name)):
        if command in groups:
            verb, _, rest = rest.strip().partition(" ")
            command = f"{command} {verb}"
        assert command in known, f"{name} names `zoufang {command}`"
        options = {flag for param in known[command].params for flag in (*param.opts, *param.secondary_opts)}
        for flag in re.findall(r"(?<!\S)--[a-z-]+", rest):
            assert flag in options, f"{name}: `zoufang {command}` has no {flag}"


@every_page
def test_every_verb_named_is_in_the_makefile(name):
    verbs = set(re.findall(r"^([a-z-]+):", text("Makefile"), re.MULTILINE))
    for verb in re.findall(r"(?:`|^)make ([a-z-]+)", text(name), re.MULTILINE):
        assert verb in verbs, f"{name} names `make {verb}`"


@every_page
def test_every_example_named_is_there(name):
    for path in re.findall(r"examples/[\w.-]+\.(?:json|csv|xlsx|toml)", text(name)):
        assert (ROOT / path).exists(), f"{name} names {path}"


@every_page
def test_every_test_named_exists(name):
    for test in re.findall(r"`(test_\w+)`", text(name)):
        assert f"def {test}(" in code("tests"), f"{name} names {test}"


@every_page
def test_every_folder_and_file_of_the_source_that_is_named_is_there(name):
    shown = FENCE.sub("", text(name))
    for path in re.findall(r"`((?:src|tests|tools|docs)/[\w./-]+)`", shown):
        assert (ROOT / path).exists(), f"{name} names {path}"


@pytest.mark.parametrize("folder", ["how-to", "roles", "decisions", "reference"])
def test_every_page_is_reached_from_the_index(folder):
    linked = set(LINK.findall(text("docs/index.md")))
    for path in sorted((DOCS / folder).glob("*.md")):
        assert f"{folder}/{path.name}" in linked, f"link {path.name} from docs/index.md"


def test_the_two_readmes_lead_to_each_other_and_to_the_docs():
    assert {"README.zh.md", "docs/index.md", "docs/status.md"} <= set(LINK.findall(text("README.md")))
    assert {"README.md", "docs/index.md", "docs/status.md"} <= set(LINK.findall(text("README.zh.md")))


def test_the_command_reference_is_current():
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m tools.cli_reference"


@pytest.mark.parametrize("name", list(commands()))
def test_every_command_and_option_says_what_it_does(name):
    command = commands()[name]
    assert command.help
    silent = [param.name for param in command.params if not param.help]
    assert silent == []


QUOTED = re.findall(
    r"^```\n\$ (zoufang (?:age|plan|propose|evaluate) examples/.*?)^```",
    text("docs/how-to/try-the-command-line.md"),
    re.DOTALL | re.MULTILINE,
)


@pytest.mark.parametrize("quoted", QUOTED, ids=[quoted.split()[1] for quoted in QUOTED])
def test_what_the_docs_quote_is_what_the_commands_print(quoted, tmp_path):
    """A line may be cut by an ellipsis; lines that are only that stand for any others."""
    line, *shown = quoted.splitlines()
    arguments = [str(tmp_path / word) if word.endswith(".pdf") else word for word in shlex.split(line)[1:]]
    printed = subprocess.run([ZOUFANG, *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert len(shown) > 3
    for each in shown:
        for part in each.rstrip("]").removesuffix("…").rstrip(" [").split("…"):
            assert part in printed


def test_every_term_of_the_glossary_is_a_name_in_the_code():
    rows = [row.split("|") for row in text("docs/glossary.md").splitlines() if row.count("|") == 5]
    names = {name for row in rows for name in re.findall(r"`([^`]+)`", row[3])}
    assert len(names) > 80
    assert [n for n in sorted(names) if not re.search(rf"\b{re.escape(n)}\b", code("src"))] == []


@pytest.mark.parametrize("role", Role.values)
def test_each_role_page_tells_of_the_pages_that_its_menu_has(role):
    with override("en"):
        has = {str(e.label) for s in SECTIONS for e in s.entries if _reached(e.url_name) and _may(role, e.action)}
    told = set(re.findall(r"^\| \*\*(.+?)\*\*", text(f"docs/roles/{role}.md"), re.MULTILINE))
    assert told == has


def _may(role: str, action: str) -> bool:
    return not action or Role(role) in ACTIONS[action]


def _reached(url_name: str) -> bool:
    try:
        return bool(reverse(url_name))
    except NoReverseMatch:
        return False


def test_each_role_has_its_page_in_both_languages():
    assert set(Role.values) == set(ROLE_PAGES)
    for role in ROLE_PAGES:
        assert "\n中文：" in text(f"docs/roles/{role}.md"), role
