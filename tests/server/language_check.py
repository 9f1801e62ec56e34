"""Is a page wholly in one language? Data (names, bank, numbers of the bank) is marked and left out.

Leave out: elements with class "data", with a `lang` of the other language, or with translate="no".
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

from django.conf import settings
from django.test import Client

CJK = re.compile(r"[\u3400-\u9fff\uff01-\uff5e\u3001-\u3011]")
# In a Chinese page any word with three small letters in a row is a leftover, except what Chinese bankers write so.
ENGLISH = re.compile(r"[A-Za-z]*[a-z]{3,}[A-Za-z]*")
FREE = {"Zoufang", "Cookie", "Excel", "Parquet"}
READ_ALOUD = ("title", "aria-label", "placeholder", "alt", "data-label", "data-confirm")
VOID = {
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "track",
    "use",
    "wbr",
}
SILENT = {"script", "style", "svg", "code", "template"}


def assert_speaks_both(client: Client, url: str, *, status: int = 200) -> None:
    """Fetch the page in Chinese and in English; fail on a word in the wrong language."""
    for language in ("zh-hans", "en"):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        response = client.get(url)
        assert response.status_code == status, f"{url} answered {response.status_code}"
        wrong = strangers(response.content.decode(), language)
        assert not wrong, f"{url} in {language} says: {wrong}"


# Three English words in a row are a phrase, which no code, name or product number is.
PHRASE = re.compile(r"[A-Za-z]+(?:[,;:]? [A-Za-z]+){2,}")
SMALL = re.compile(r"[a-z]{3,}")
# Names of papers, standards and formats that Chinese bankers write so.
PROPER = frozenset({"GB", "CBA", "XLSX", "JSON", "SHA", "UTC"})


def phrases(html: str, language: str) -> list[str]:
    """English phrases that stand in a Chinese page as data; Chinese data on an English page is the bank's own."""
    if language == "en":
        return []
    reader = _Reader("zh")
    reader.feed(html)
    reader.close()
    found = [phrase for text in reader.data for phrase in PHRASE.findall(text)]
    return [phrase for phrase in found if SMALL.search(phrase) and not PROPER & set(phrase.split())]


def strangers(html: str, language: str) -> list[str]:
    """The texts of a page that are not in `language` ("zh-hans" or "en")."""
    reader = _Reader("en" if language == "en" else "zh")
    reader.feed(html)
    reader.close()
    return [text for text in reader.texts if _strange(text, reader.language)]


def _strange(text: str, language: str) -> bool:
    if language == "en":
        return bool(CJK.search(text))
    return any(word not in FREE for word in ENGLISH.findall(text))


class _Reader(HTMLParser):
    """Collects what a person reads or hears, and leaves out what is marked."""

    def __init__(self, language: str) -> None:
        super().__init__(convert_charrefs=True)
        self.language = language
        self.texts: list[str] = []
        self.data: list[str] = []
        self.open: list[tuple[str, bool]] = []
        self.choice = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.choice = given.get("value", "") if tag == "option" else ""
        skip = self.skipping() or tag in SILENT or self.marked(given)
        if not skip:
            self.texts += [given[name] for name in READ_ALOUD if given.get(name)]
            if given.get("type") in ("submit", "button"):
                self.texts.append(given.get("value", "") if tag == "input" else "")
        if tag not in VOID:
            self.open.append((tag, skip))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        # HTML lets some end tags out: close up to the one that this ends.
        for i in range(len(self.open) - 1, -1, -1):
            if self.open[i][0] == tag:
                del self.open[i:]
                return

    def handle_data(self, text: str) -> None:
        if text.strip() and not self.silent():
            # An option whose text is its value is a name that somebody gave.
            kept = self.data if self.skipping() or text.strip() == self.choice else self.texts
            kept.append(" ".join(text.split()))

    def skipping(self) -> bool:
        return bool(self.open) and self.open[-1][1]

    def silent(self) -> bool:
        return any(tag in SILENT for tag, _ in self.open)

    def marked(self, given: dict[str, str]) -> bool:
        lang = given.get("lang", "")
        other = bool(lang) and lang[:2].lower() != self.language
        return other or given.get("translate") == "no" or "data" in given.get("class", "").split()
