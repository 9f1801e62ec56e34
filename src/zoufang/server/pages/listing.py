"""A page of a list whose rows are shown as something else than they are stored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from django import forms
from django.core.paginator import Page, Paginator

Shown = TypeVar("Shown")


def page_of(rows: Any, size: int, number: str | int | None) -> Page[Any]:
    """The page asked for, or the nearest that there is."""
    return Paginator(rows, size).get_page(number)


def showing(page: Page[Any], rows: Sequence[Shown]) -> Page[Shown]:
    """The same page with these rows in the place of the stored ones."""
    page.object_list = rows
    return page


def give_choices(form: forms.BaseForm, name: str, choices: Iterable[tuple[str, Any]]) -> None:
    """What a select of this form offers to this reader."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 - a form names its own fields
    field.choices = list(choices)
