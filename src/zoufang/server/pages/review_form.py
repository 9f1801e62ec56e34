"""The form of conduct items: a mark and a reason for each, for reviewers and supervisors alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.forms import BoundField
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zoufang.core.review import Item, Mark
from zoufang.server.staff.ids import new_id

MARKS = [(Mark.YES.value, _("Yes")), (Mark.NO.value, _("No")), (Mark.NOT_SEEN.value, _("Not seen"))]
LONGEST = 500


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item with its two fields; `said`: what two reviewers marked and wrote, for the third."""

    number: int
    item: Item
    text: str
    hint: str
    mark: BoundField
    reason: BoundField
    said: tuple[tuple[str, str], ...] = ()


class ItemsForm(forms.Form):
    """No mark is chosen beforehand; `id` is made with the form, so that sending it twice counts once."""

    id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any, items: Iterable[Item]) -> None:
        super().__init__(data, initial={"id": new_id()})
        self.items = list(items)
        for item in self.items:
            self.fields[f"mark-{item.code}"] = forms.ChoiceField(
                label=_words(item), choices=MARKS, widget=forms.RadioSelect(attrs={"class": "form-check-input"})
            )
            self.fields[f"reason-{item.code}"] = forms.CharField(
                label=_("Reason"), required=False, max_length=LONGEST, widget=_reason_box()
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for item in self.items:
            if given.get(f"mark-{item.code}") == Mark.NO and not given.get(f"reason-{item.code}", "").strip():
                self.add_error(f"reason-{item.code}", _("Write what was seen, and where."))
        return given

    @property
    def form_id(self) -> UUID:
        made: UUID = self.cleaned_data["id"]
        return made

    def marks(self) -> dict[str, Mark]:
        return {item.code: Mark(self.cleaned_data[f"mark-{item.code}"]) for item in self.items}

    def reasons(self) -> dict[str, str]:
        return {item.code: self.cleaned_data[f"reason-{item.code}"] for item in self.items}

    def rows(self, said: dict[str, tuple[tuple[str, str], ...]] | None = None) -> Iterator[ItemRow]:
        zh = (get_language() or "zh") != "en"
        for number, item in enumerate(self.items, start=1):
            hint = item.hint.zh if zh else item.hint.en
            mark, reason = self[f"mark-{item.code}"], self[f"reason-{item.code}"]
            yield ItemRow(number, item, _words(item), hint, mark, reason, (said or {}).get(item.code, ()))


def _words(item: Item) -> str:
    return item.text.in_language(get_language() or "zh")


def _reason_box() -> forms.Textarea:
    return forms.Textarea(attrs={"rows": 1, "class": "form-control", "autocomplete": "off"})
