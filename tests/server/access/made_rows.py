"""A row of any model with its required fields filled by their type: for tests that only need that it exists."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django.apps import apps
from django.db import models

# By type, the first that fits; a text is "x", a choice its first.
FILLERS: tuple[tuple[type[models.Field], Any], ...] = (
    (models.UUIDField, lambda world: uuid4()),
    (models.DateTimeField, lambda world: world.at),
    (models.DateField, lambda world: world.today),
    (models.BooleanField, lambda world: False),
    (models.BinaryField, lambda world: b""),
    (models.JSONField, lambda world: {}),
    (models.FloatField, lambda world: 0.0),
    (models.IntegerField, lambda world: 1),
    (models.CharField, lambda world: "x"),
    (models.TextField, lambda world: "x"),
)


class Known:
    """What a made row points at: the rows by model label that exist, the day and the moment."""

    def __init__(self, rows: dict[str, Any], today: date, at: datetime) -> None:
        self.rows, self.today, self.at = rows, today, at

    def row(self, label: str, **given: Any) -> Any:
        model = apps.get_model(label)
        values: dict[str, Any] = {}
        for field in model._meta.concrete_fields:
            if field.name in given or field.has_default() or field.null or isinstance(field, models.AutoField):
                continue
            values[field.name] = self._filled(field)
        return model._default_manager.create(**values, **given)

    def _filled(self, field: models.Field) -> Any:
        if field.related_model is not None:
            return self.rows[field.related_model._meta.label]
        if field.choices:
            return field.flatchoices[0][0]
        return next(make(self) for kind, make in FILLERS if isinstance(field, kind))
