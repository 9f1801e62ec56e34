"""People of a file: new ones are sealed and added at once, changes to known ones wait for the switch.

A new person shows nowhere until a loan of theirs is in the book.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import polars as pl
from django.db import transaction

from zoufang.server.book import bulk
from zoufang.server.book.ciphers import Sealer
from zoufang.server.book.landing.sealing import (
    ADDRESS_FIELDS,
    ADDRESSES,
    PARTY_FIELDS,
    PEOPLE,
    PHONE_FIELDS,
    PHONES,
    Sealers,
    addresses_of,
    identity_indexes,
    identity_of,
    phones_of,
)
from zoufang.server.book.landing.waiting import Waiting
from zoufang.server.book.models import Address, ImportBatch, Party, Phone
from zoufang.server.book.vault import cipher as cipher_of
from zoufang.server.book.vault import key_file, vault_at

CHUNK = 10_000
KNOWN = {"source_key": pl.String, "party_id": pl.String, "name_index": pl.Binary, "id_index": pl.Binary}
TOLD = (*PHONES, *ADDRESSES)
Progress = Callable[[str, int, int], None]


class Register:
    """Everyone of one source system, those added meanwhile too: whom a row means."""

    def __init__(self, batch: ImportBatch, waiting: Waiting, sealers: Sealers) -> None:
        self.batch, self.waiting, self.sealers = batch, waiting, sealers
        columns = f"source_key, {bulk.hex_of('id')}, name_index, id_index"
        sql = f"SELECT {columns} FROM book_party WHERE source_system = %s"
        self.before = bulk.frame(sql, [batch.source_system], KNOWN)
        self.added = pl.DataFrame(schema={"source_key": pl.String, "party_id": pl.String})

    def stage(self, rows: pl.DataFrame) -> pl.DataFrame:
        """source_key and party_id of everyone in `rows` (columns of PEOPLE, but no party_id)."""
        asked = rows.select("source_key").unique(maintain_order=True)
        ids = pl.concat([self.before.select("source_key", "party_id"), self.added])
        known = asked.join(ids, on="source_key", maintain_order="left")
        new = asked.join(known, on="source_key", how="anti", maintain_order="left")
        new = new.with_columns(party_id=pl.Series(bulk.new_ids(new.height), dtype=pl.String))
        self._add(rows, new)
        _note_changes(_whole(rows.join(known, on="source_key", maintain_order="left")), self)
        self.added = pl.concat([self.added, new])
        return pl.concat([known, new])

    def _add(self, rows: pl.DataFrame, new: pl.DataFrame) -> None:
        """All rows of a person stay together, so that one process seals them with one key."""
        numbered = new.with_row_index("number")
        whole = _whole(rows.join(numbered, on="source_key"), "number").sort("number", maintain_order=True)
        told = whole.unique(subset=["number", *TOLD], keep="first", maintain_order=True)
        place = told["number"]
        starts = [place.search_sorted(n) for n in range(0, new.height, CHUNK)]
        chunks = [told[a:b].drop("number") for a, b in pairwise([*starts, told.height])]
        for sealed in self.sealers.each(chunks, self.batch.source_system, key_file()):
            with transaction.atomic():
                bulk.insert(Party, PARTY_FIELDS, sealed.parties)
                bulk.insert(Phone, PHONE_FIELDS, sealed.phones)
                bulk.insert(Address, ADDRESS_FIELDS, sealed.addresses)


def _note_changes(old: pl.DataFrame, register: Register) -> None:
    """Known people whose name or number differs now, and their new phones and addresses: for the switch."""
    if old.is_empty():
        return
    vault = vault_at(key_file())
    first = old.unique(subset="source_key", keep="first", maintain_order=True)
    now = [(p, *identity_indexes(n, i, vault)) for p, n, i in first.select("party_id", "name", "id_number").rows()]
    indexes = {name: KNOWN[name] for name in ("party_id", "name_index", "id_index")}
    both = pl.DataFrame(now, schema=indexes, orient="row").join(register.before, on="party_id", suffix="_stored")
    differs = pl.any_horizontal(
        pl.col(f"{name}_index").is_not_null() & pl.col(f"{name}_index").ne_missing(pl.col(f"{name}_index_stored"))
        for name in ("name", "id")
    )
    changed = both.filter(differs)["party_id"]
    for chunk in bulk.slices(first.filter(pl.col("party_id").is_in(changed.implode())), CHUNK):
        register.waiting.parties.add(_changed_rows(chunk, register.batch.source_system))
    _note_contacts(old, register.waiting)


def _changed_rows(chunk: pl.DataFrame, source_system: str) -> list[bulk.Row]:
    """What the file leaves out stays as it was."""
    vault, rows = vault_at(key_file()), []
    for person, party, cipher in _with_keys(chunk):
        before = party.identity
        now = person | {
            "name": person["name"] or before["name"],
            "id_number": person["id_number"] or before["id_no"],
            "legal_rep_name": person["legal_rep_name"] or before.get("legal_rep"),
        }
        identity = identity_of(now, cipher, vault)
        head = (person["party_id"], source_system, person["source_key"], person["kind"], person["branch_id"])
        rows.append((*head, bytes(party.wrapped_key), *identity, party.household))
    return rows


def _note_contacts(rows: pl.DataFrame, waiting: Waiting) -> None:
    """Phones and addresses that the book lacks, by blind index, so that known ones are not sealed again."""
    vault = vault_at(key_file())
    told = rows.unique(subset=["party_id", *TOLD], keep="first", maintain_order=True)
    for chunk in bulk.slices(told, CHUNK):
        phones: list[bulk.Row] = []
        addresses: list[bulk.Row] = []
        for person, _party, cipher in _with_keys(_unknown_contacts(chunk)):
            phones += phones_of(person, cipher, vault)
            addresses += addresses_of(person, cipher, vault)
        waiting.phones.add(phones)
        waiting.addresses.add(addresses)


def _unknown_contacts(chunk: pl.DataFrame) -> pl.DataFrame:
    ids = chunk["party_id"].unique().to_list()
    phones = _stored("book_phone", "number_index", ids)
    addresses = _stored("book_address", "text_index", ids)
    vault = vault_at(key_file())

    def known(column: str, kind: str, stored: set[tuple[str, bytes]]) -> pl.Series:
        pairs = chunk.select("party_id", column).iter_rows()
        kept = [text if text and (p, vault.blind_index(text, kind)) not in stored else None for p, text in pairs]
        return pl.Series(column, kept, dtype=pl.String)

    columns = [known(column, "phone", phones) for column in PHONES]
    columns += [known(column, "address", addresses) for column in ADDRESSES]
    fresh = chunk.with_columns(columns)
    return fresh.filter(pl.any_horizontal(pl.col(*PHONES, *ADDRESSES).is_not_null()))


def _stored(table: str, index: str, party_ids: list[str]) -> set[tuple[str, bytes]]:
    places = ", ".join(["%s"] * len(party_ids))
    sql = f"SELECT {bulk.hex_of('party_id')}, {index} FROM {table} WHERE party_id IN ({places})"
    found = bulk.frame(sql, party_ids, {"party_id": pl.String, "index": pl.Binary})
    return set(found.iter_rows())


def _with_keys(chunk: pl.DataFrame) -> Iterator[tuple[dict[str, Any], Party, Sealer]]:
    """Each person with their key; one whose data was erased has none and is left alone."""
    ids = [bulk.as_uuid(party) for party in chunk["party_id"].unique()]
    parties = {bulk.key(party.pk): party for party in Party.objects.filter(pk__in=ids)}
    for person in chunk.iter_rows(named=True):
        party = parties[person["party_id"]]
        if party.wrapped_key:
            yield person, party, cipher_of(party.key)


def _whole(people: pl.DataFrame, *more: str) -> pl.DataFrame:
    """All columns of PEOPLE, those not told as unknown."""
    missing = [pl.lit(None, kind).alias(name) for name, kind in PEOPLE.items() if name not in people.columns]
    return people.with_columns(missing).select(*more, *PEOPLE)
