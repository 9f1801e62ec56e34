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
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from zoufang.core.values import AddressKind, Precision
from zoufang.server.book.vault import Vault, new_key, seal_with, vault_at

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
PARALLEL_FROM = 20_000  # below this, starting a process costs more than it saves


@dataclass(slots=True)
class SealedPeople:
    """Rows of three tables, ready to insert."""

    parties: list[Row] = field(default_factory=list)
    phones: list[Row] = field(default_factory=list)
    addresses: list[Row] = field(default_factory=list)


def seal_people(people: list[Row], source_system: str, key_file: Path) -> SealedPeople:
    """New people (rows as PEOPLE): each gets a key of their own, and everything about them is sealed with it."""
    vault, sealed = vault_at(key_file), SealedPeople()
    for row in people:
        person = dict(zip(PEOPLE, row, strict=True))
        key = new_key()
        cipher, owner = AESGCM(key), person["party_id"]
        homes = addresses_of(person, cipher, vault)
        household = next((row[4] for row in homes if row[2] == AddressKind.HOME), None)
        sealed.parties.append(
            (
                owner,
                source_system,
                person["source_key"],
                person["kind"],
                person["branch_id"],
                vault.wrap(key, dashed(owner)),
                *identity_of(person, cipher, vault),
                household,
            )
        )
        sealed.phones += phones_of(person, cipher, vault)
        sealed.addresses += homes
    return sealed


def identity_of(person: dict[str, Any], cipher: AESGCM, vault: Vault) -> Row:
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


def phones_of(person: dict[str, Any], cipher: AESGCM, vault: Vault) -> list[Row]:
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


def addresses_of(person: dict[str, Any], cipher: AESGCM, vault: Vault) -> list[Row]:
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
    """Where sealing is done: in other processes for a big book, here for a small one."""

    def __init__(self, pool: ProcessPoolExecutor | None) -> None:
        self._pool = pool

    def each(self, chunks: Iterator[pl.DataFrame], source_system: str, key_file: Path) -> Iterator[SealedPeople]:
        """Sealed chunks in order, at most three ahead of the writer so that memory stays small.

        Rows are sent, not frames: a slice of a frame carries the texts of the whole.
        """
        if self._pool is None:
            yield from (seal_people(chunk.rows(), source_system, key_file) for chunk in chunks)
            return
        ahead: list[Future[SealedPeople]] = []
        for chunk in chunks:
            ahead.append(self._pool.submit(seal_people, chunk.rows(), source_system, key_file))
            if len(ahead) == 3:
                yield ahead.pop(0).result()
        for future in ahead:
            yield future.result()


@contextmanager
def sealers(rows: int, processes: int = 2) -> Iterator[Sealers]:
    """Processes are spawned, not forked: Polars' threads do not survive a fork."""
    if rows < PARALLEL_FROM:
        yield Sealers(None)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield Sealers(pool)
