"""Where data keys lie wrapped by the installation's key: what a rotation has to wrap anew.

A test holds every model with a wrapped key to stand here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import BinaryField, Count, Func, Model, QuerySet

from zoufang.server.book import ciphers


@dataclass(frozen=True, slots=True)
class Envelope:
    """`owner`: to whom the key is bound, with the row's id in the place of {pk}."""

    label: str
    owner: str = "{pk}"
    field: str = "wrapped_key"

    @property
    def model(self) -> type[Model]:
        return apps.get_model(self.label)

    def owner_of(self, row: Model) -> str:
        return self.owner.format(pk=row.pk)


ENVELOPES = [
    Envelope("book.Party"),
    Envelope("book.ImportBatch"),
    Envelope("borrower.DoorWord", "door_word {pk}"),
    Envelope("borrower.Outgoing", "outgoing {pk}"),
    Envelope("agencies.DeletionCertificate", "deletion {pk}"),
    Envelope("review.Observation", "observation {pk}"),
    Envelope("field.OutboxKey", "outbox {pk}", "wrapped_private"),
]


def installed() -> Iterator[Envelope]:
    return (one for one in ENVELOPES if apps.is_installed(f"zoufang.server.{one.label.split('.')[0]}"))


def headed(one: Envelope) -> QuerySet[Any]:
    """Rows that have a key (a destroyed one is empty), with the head that names cipher and version."""
    head = Func(one.field, 1, ciphers.HEAD, function="SUBSTR", output_field=BinaryField())
    return one.model._default_manager.annotate(head=head).exclude(**{one.field: b""})


def counted(one: Envelope) -> dict[tuple[str, int], int]:
    """How many keys stand under each cipher and key version."""
    found: dict[tuple[str, int], int] = {}
    for head, count in headed(one).values_list("head").annotate(n=Count("pk")).order_by():
        named = ciphers.read_head(bytes(head)) or (ciphers.Algorithm.AES, 1)
        key = (str(named[0]), named[1])
        found[key] = found.get(key, 0) + count
    return found
