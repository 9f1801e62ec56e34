"""Sealing people in bulk. Needs no database, so that other processes can do it while this one writes."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import polars as pl
import uuid_utils

from zoufang.core.places import names_a_door
from zoufang.core.values import AddressKind, Precision
from zoufang.server.book.ciphers import Sealer
from zoufang.server.book.vault import Vault, new_key, seal_with, vault_at
from zoufang.server.book.vault import cipher as cipher_of

Row = tuple[Any, ...]
PHONES = ("phone", "phone_2", "phone_3")
ADDRESSES = {
    "home_address": AddressKind.HOME,
    "work_address": AddressKind.WORK,
    "registered_address": AddressKind.REGISTERED,
    "premises_address": AddressKind.PREMISES,
}
PLACE = ("county", "township", "village")
# What a frame of people holds, in this order.
PEOPLE = {
    "party_id": pl.String(),
    "source_key": pl.String(),
    "kind": pl.String(),
    "branch_id": pl.Int64(),
    "name": pl.String(),
    "id_number": pl.String(),
    "legal_rep_name": pl.String(),
    "source_code": pl.String(),
    "lat": pl.Float64(),
    "lon": pl.Float64(),
    **dict.fromkeys((*PLACE, *PHONES, *ADDRESSES), pl.String()),
}
PARTY_FIELDS = [
    "id",
    "source_system",
    "source_key",
    "kind",
    "branch",
    "wrapped_key",
    "sealed",
    "name_index",
    "id_index",
    "id_last4_index",
    "household",
]
PHONE_FIELDS = ["party", "sealed", "number_index", "last4_index", "source_code"]
ADDRESS_FIELDS = [
    "id",
    "party",
    "kind",
    "sealed",
    "text_index",
    "county",
    "township",
    "village",
    "precision",
    "source_code",
]
PARALLEL_FROM = 8_000  # below this, starting processes costs more than it saves
AHEAD = 4


@dataclass(slots=True)
class SealedPeople:
    """Rows of three tables, ready to insert."""

    parties: list[Row] = field(default_factory=list)
    phones: list[Row] = field(default_factory=list)
    addresses: list[Row] = field(default_factory=list)


def seal_people(people: list[Row], source_system: str, key_file: Path) -> SealedPeople:
    """New people (rows as PEOPLE): each gets a key of their own, and everything about them is sealed with it.

    Further rows of the same person follow the first and may tell more phones and addresses.
    """
    vault, sealed = vault_at(key_file), SealedPeople()
    person_id, cipher, told = "", cipher_of(new_key()), set[str]()
    for row in people:
        person = dict(zip(PEOPLE, row, strict=True))
        if person["party_id"] != person_id:
            person_id, told, key = person["party_id"], set(), new_key()
            cipher = cipher_of(key)
            sealed.parties.append(
                _party_row(person, vault.wrap(key, dashed(person_id)), source_system, cipher, vault)
            )
        _only_new(person, told)
        sealed.phones += phones_of(person, cipher, vault)
        sealed.addresses += addresses_of(person, cipher, vault)
    return sealed


def _party_row(person: dict[str, Any], wrapped: bytes, source_system: str, cipher: Sealer, vault: Vault) -> Row:
    home = person["home_address"]
    household = vault.pseudonym(home, "address") if home and names_a_door(home) else None
    head = (person["party_id"], source_system, person["source_key"], person["kind"], person["branch_id"])
    return (*head, wrapped, *identity_of(person, cipher, vault), household)


def _only_new(person: dict[str, Any], told: set[str]) -> None:
    """Leave out what an earlier row of this person told already."""
    for column in (*PHONES, *ADDRESSES):
        text = person[column]
        if text and (mark := f"{column[:5]}{text}") in told:
            person[column] = None
        elif text:
            told.add(mark)


def identity_of(person: dict[str, Any], cipher: Sealer, vault: Vault) -> Row:
    """sealed, name_index, id_index, id_last4_index."""
    number = person["id_number"] or ""
    identity = {"name": person["name"] or "", "id_no": number}
    if person["legal_rep_name"]:
        identity["legal_rep"] = person["legal_rep_name"]
    name_index, id_index = identity_indexes(person["name"], number, vault)
    last4 = vault.blind_index(number[-4:], "id_last4") if number else None
    return seal_with(cipher, identity, "party"), name_index, id_index, last4


def identity_indexes(name: str | None, number: str | None, vault: Vault) -> tuple[bytes | None, bytes | None]:
    """Of name and number; None where there is none (a source for analysis only)."""
    return vault.blind_index(name, "name") if name else None, vault.blind_index(number, "id") if number else None


def phones_of(person: dict[str, Any], cipher: Sealer, vault: Vault) -> list[Row]:
    numbers = dict.fromkeys(person[column] for column in PHONES if person[column])
    code = person["source_code"] or ""
    return [
        (
            person["party_id"],
            seal_with(cipher, number, "phone"),
            vault.blind_index(number, "phone"),
            vault.blind_index(number[-4:], "phone_last4"),
            code,
        )
        for number in numbers
    ]


def addresses_of(person: dict[str, Any], cipher: Sealer, vault: Vault) -> list[Row]:
    """The point and the names of county, township and village belong to the home."""
    rows: list[Row] = []
    for column, kind in ADDRESSES.items():
        if text := person[column]:
            home = kind is AddressKind.HOME
            lat, lon = (person["lat"], person["lon"]) if home else (None, None)
            place = tuple(person[name] or "" for name in PLACE) if home else ("", "", "")
            sealed = seal_with(cipher, {"text": text, "lat": lat, "lon": lon}, "address")
            precision = Precision.BUILDING if lat is not None and lon is not None else Precision.UNPLACED
            identity = (uuid_utils.uuid7().hex, person["party_id"], kind.value, sealed)
            rows.append(
                (
                    *identity,
                    vault.blind_index(text, "address"),
                    *place,
                    precision.value,
                    person["source_code"] or "",
                )
            )
    return rows


def dashed(key: str) -> str:
    """32 hex digits as str(UUID) writes them, which wrapped keys are bound to."""
    return f"{key[:8]}-{key[8:12]}-{key[12:16]}-{key[16:20]}-{key[20:]}"


class Sealers:
    """Where sealing is done: in other processes for many people, here for few. Processes start when first needed.

    They are spawned, not forked: Polars' threads do not survive a fork.
    """

    def __init__(self, processes: int = 2) -> None:
        self._processes = processes
        self._pool: ProcessPoolExecutor | None = None

    def each(self, chunks: list[pl.DataFrame], source_system: str, key_file: Path) -> Iterator[SealedPeople]:
        """Sealed chunks in order, at most four ahead of the writer so that memory stays small.

        Rows are sent, not frames: a slice of a frame carries the texts of the whole.
        """
        if sum(chunk.height for chunk in chunks) < PARALLEL_FROM and self._pool is None:
            yield from (seal_people(chunk.rows(), source_system, key_file) for chunk in chunks)
            return
        self._pool = self._pool or ProcessPoolExecutor(self._processes, mp_context=get_context("spawn"))
        ahead: list[Future[SealedPeople]] = []
        for chunk in chunks:
            ahead.append(self._pool.submit(seal_people, chunk.rows(), source_system, key_file))
            if len(ahead) == AHEAD:
                yield ahead.pop(0).result()
        for future in ahead:
            yield future.result()

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)


@contextmanager
def sealers() -> Iterator[Sealers]:
    workers = Sealers()
    try:
        yield workers
    finally:
        workers.close()
