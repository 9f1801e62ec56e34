"""The catalogue: collect the texts to translate, add translations, compile, and tell what is missing.

`python -m tools.messages`           extract (needs gettext), compile, list what lacks a translation (exit 1)
`python -m tools.messages add FILE`  put in the translations of a JSON file {"English": "中文"}, then compile
`python -m tools.messages compile`   write the .mo alone

Entries are sorted and carry no place, date or line number, so that two people's additions merge.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
import polib
from django.core.management import call_command

SOURCES = Path(__file__).resolve().parent.parent / "src/zoufang"
CATALOGUE = SOURCES / "locale/zh_Hans/LC_MESSAGES/django.po"
HEADER = {
    "Project-Id-Version": "zoufang",
    "Language": "zh_Hans",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}


def main() -> None:
    command = sys.argv[1] if len(sys.argv) > 1 else "all"
    with one_at_a_time():
        if command == "add":
            add(json.loads(Path(sys.argv[2]).read_text(encoding="utf-8")))
        elif command == "all":
            update(extracted())
        compile_catalogue()
    report(untranslated())


def extracted() -> polib.POFile:
    """All texts in code and templates, as Django's makemessages finds them in a copy of the sources.

    Policy packs and courses carry both languages themselves.
    """
    if shutil.which("xgettext") is None:
        sys.exit("Extraction needs Debian's gettext: apt-get install gettext.")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zoufang.server.settings.test")
    django.setup()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "zoufang"
        shutil.copytree(
            SOURCES, copy, ignore=shutil.ignore_patterns("static", "migrations", "*.mo", "__pycache__")
        )
        (copy / "locale").mkdir(exist_ok=True)
        here = Path.cwd()
        os.chdir(copy)
        try:
            call_command("makemessages", keep_pot=True, no_location=True, no_wrap=True, locale=["en"], verbosity=0)
        finally:
            os.chdir(here)
        return polib.pofile(str(copy / "locale/django.pot"), wrapwidth=0)


def update(found: polib.POFile) -> None:
    """Bring the catalogue in line with the sources: new texts come in empty, vanished ones go."""
    have = {(e.msgctxt, e.msgid): e for e in catalogue() if not e.obsolete}
    entries = []
    for entry in found:
        old = have.get((entry.msgctxt, entry.msgid))
        plural = {0: old.msgstr_plural.get(0, "") if old else ""} if entry.msgid_plural else None
        entries.append(
            polib.POEntry(
                msgctxt=entry.msgctxt,
                msgid=entry.msgid,
                msgid_plural=entry.msgid_plural,
                msgstr="" if plural else (old.msgstr if old else ""),
                msgstr_plural=plural,
                flags=[flag for flag in entry.flags if flag.endswith("-format")],
                comment=entry.comment,
            )
        )
    save(entries)


def add(translations: dict[str, str]) -> None:
    """Translations win over what stands there; a text that extraction has not seen yet comes in too."""
    entries = list(catalogue())
    for msgid, translation in translations.items():
        found = [entry for entry in entries if entry.msgid == msgid]
        for entry in found or [polib.POEntry(msgid=msgid)]:
            if entry.msgid_plural:
                entry.msgstr_plural = {0: translation}
            else:
                entry.msgstr = translation
            if not found:
                entries.append(entry)
    save(entries)


def save(entries: list[polib.POEntry]) -> None:
    po = polib.POFile(wrapwidth=0)
    po.metadata = HEADER
    po.extend(sorted(entries, key=lambda e: (e.msgid, e.msgctxt or "")))
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    po.save(str(CATALOGUE))


def compile_catalogue() -> None:
    catalogue().save_as_mofile(str(CATALOGUE.with_suffix(".mo")))


def catalogue() -> polib.POFile:
    return polib.pofile(str(CATALOGUE), wrapwidth=0) if CATALOGUE.exists() else polib.POFile(wrapwidth=0)


def untranslated() -> list[str]:
    return [entry.msgid for entry in catalogue() if not entry.translated()]


def report(missing: list[str]) -> None:
    if missing:
        print(f"{len(missing)} texts lack a Chinese translation (docs/how-to/translate.md):")
        print(json.dumps(dict.fromkeys(missing, ""), ensure_ascii=False, indent=1))
        sys.exit(1)
    print("Every text has a Chinese translation.")


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two runs at once would lose one's additions."""
    with (Path(tempfile.gettempdir()) / "zoufang-messages.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    main()
