"""Language and sex of officer that a loan book says a customer needs; they wait for the switch, sealed."""

from __future__ import annotations

from dataclasses import asdict

import polars as pl

from zoufang.core.values import Gender, Language
from zoufang.server.book import bulk
from zoufang.server.book.landing.waiting import Waiting
from zoufang.server.book.models import ImportBatch, Party
from zoufang.server.book.vault import cipher, seal_with
from zoufang.server.book.visit_needs import FIELD, AskedFor

TOLD = ("language_needed", "officer_gender_needed")
CHUNK = 10_000


def stage_needs(rows: pl.DataFrame, batch: ImportBatch, waiting: Waiting) -> None:
    """`rows` with party_id; a file without these columns, or an empty cell, changes nothing."""
    told = [name for name in TOLD if name in rows.columns]
    if not told:
        return
    asked = rows.filter(pl.any_horizontal(pl.col(*told).is_not_null()))
    asked = asked.with_columns(pl.lit(None, pl.String).alias(name) for name in TOLD if name not in told)
    asked = asked.unique(subset="party_id", keep="first", maintain_order=True)
    for chunk in bulk.slices(asked.select("party_id", *TOLD), CHUNK):
        waiting.needs.add(_sealed(chunk, batch))


def _sealed(chunk: pl.DataFrame, batch: ImportBatch) -> list[bulk.Row]:
    """Nobody whose data was erased."""
    ids = [bulk.as_uuid(party) for party in chunk["party_id"]]
    parties = {bulk.key(party.pk): party for party in Party.objects.filter(pk__in=ids)}
    day = batch.as_of.isoformat() if batch.as_of else ""
    rows = []
    for party_id, language, gender in chunk.iter_rows():
        party = parties[party_id]
        if party.wrapped_key:
            asked = AskedFor(
                Language(language) if language else None, Gender(gender) if gender else None, basis=batch.file_name
            )
            rows.append((party_id, seal_with(cipher(party.key), asdict(asked), FIELD), day))
    return rows
