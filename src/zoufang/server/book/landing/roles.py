"""Who and what else stands behind a loan: co-debtors, guarantors, representatives, contacts; and collateral."""

from __future__ import annotations

import polars as pl

from zoufang.core.values import PartyRole, SecurityKind
from zoufang.server.book import bulk, vault
from zoufang.server.book.landing.people import Register
from zoufang.server.book.landing.waiting import COLLATERAL_FIELDS, ROLE_FIELDS, Waiting
from zoufang.server.book.models import Collateral, LoanParty, Party

CHUNK = 20_000
# Role → its columns in the loan book: name, identity number, phone.
IN_LOAN_BOOK: dict[PartyRole, tuple[str, str | None, str | None]] = {
    PartyRole.CO_DEBTOR: ("co_debtor_name", "co_debtor_id", "co_debtor_phone"),
    PartyRole.GUARANTOR: ("guarantor_name", "guarantor_id", "guarantor_phone"),
    PartyRole.LEGAL_REP: ("legal_rep_name", "legal_rep_id", None),
    PartyRole.CONTROLLER: ("controller_name", None, None),
    PartyRole.CONTACT: ("contact_name", None, "contact_phone"),
}


def roles_in(loan_book: pl.DataFrame) -> pl.DataFrame:
    """One row a role: loan_id, branch_id, role, name, id_number, phone, guarantee, guarantee_until."""
    nothing = pl.lit(None, pl.String)
    parts = []
    for role, (name, number, phone) in IN_LOAN_BOOK.items():
        guarantor = role is PartyRole.GUARANTOR
        parts.append(
            loan_book.filter(pl.col(name).is_not_null()).select(
                "loan_id",
                "branch_id",
                role=pl.lit(role.value),
                name=name,
                id_number=pl.col(number) if number else nothing,
                phone=pl.col(phone) if phone else nothing,
                guarantee=pl.col("guarantee_kind") if guarantor else nothing,
                guarantee_until=pl.col("guarantee_until") if guarantor else pl.lit(None, pl.Date),
            )
        )
    return pl.concat(parts).unique(subset=["loan_id", "role", "name", "id_number", "phone"], maintain_order=True)


def more_roles(loan_book: pl.DataFrame, phones: pl.DataFrame) -> pl.DataFrame:
    """As roles_in: further numbers of those who have a role, and people known by a number and a word only (妻).

    Whoever a note names beside the debtor's number is a contact whatever the word, nobody to speak of the debt to.
    """
    parts = [_noted(loan_book, phones.filter(pl.col("whose") != ""))]
    for name, _id, phone in IN_LOAN_BOOK.values():
        others = [column for column, _, _ in IN_LOAN_BOOK.values() if column != name]
        own = phones.filter((pl.col("field") == phone) & (pl.col("whose") == "")) if phone else phones.clear()
        if phone and own.height:
            rows = loan_book.join(own.select("row", "number"), on="row", maintain_order="left")
            parts.append(
                roles_in(
                    rows.with_columns(pl.lit(None, pl.String).alias(c) for c in others).with_columns(
                        pl.col("number").alias(phone)
                    )
                )
            )
    return pl.concat(parts)


def _noted(loan_book: pl.DataFrame, phones: pl.DataFrame) -> pl.DataFrame:
    nothing = pl.lit(None, pl.String)
    return loan_book.join(phones, on="row", maintain_order="left").select(
        "loan_id",
        "branch_id",
        role=pl.lit(PartyRole.CONTACT.value),
        name="whose",
        id_number=nothing,
        phone="number",
        guarantee=nothing,
        guarantee_until=pl.lit(None, pl.Date),
    )


def stage_roles(roles: pl.DataFrame, in_book: pl.Series, register: Register) -> int:
    """Roles of loans new to the book are added at once, those of known loans wait for the switch. How many."""
    if roles.is_empty():
        return 0
    keyed = roles.with_columns(source_key=_keys(roles))
    if "kind" not in keyed.columns:
        keyed = keyed.with_columns(kind=pl.lit("person"))
    known = _customers(keyed)
    others = keyed.join(known, on="source_key", how="anti", maintain_order="left")
    people = pl.concat([known, register.stage(others)])
    people = people.unique(subset="source_key", keep="first")
    placed = keyed.join(people, on="source_key", maintain_order="left").select(
        "loan_id",
        "party_id",
        "role",
        pl.col("guarantee").fill_null(""),
        pl.col("guarantee_until").dt.to_string("iso"),
    )
    waits = pl.col("loan_id").is_in(in_book.implode())
    for chunk in bulk.slices(placed.filter(~waits), CHUNK):
        bulk.insert(LoanParty, ROLE_FIELDS, chunk.rows())
    for chunk in bulk.slices(placed.filter(waits), CHUNK):
        register.waiting.roles.add(chunk.rows())
    return placed.height


def _keys(roles: pl.DataFrame) -> pl.Series:
    """By identity number; without one the person is known within this loan only."""
    keys = []
    for loan, role, name, number in roles.select("loan_id", "role", "name", "id_number").iter_rows():
        index = vault.pseudonym(number, "id") if number else vault.pseudonym(f"{loan}{role}{name}", "related")
        keys.append("#" + index.hex())
    return pl.Series(keys, dtype=pl.String)


def _customers(keyed: pl.DataFrame) -> pl.DataFrame:
    """Those who are in the book already under their identity number, whatever their key there."""
    found: dict[str, str] = {}
    told = keyed.filter(pl.col("id_number").is_not_null()).unique("source_key")
    numbered = told.select("id_number", "source_key").rows()
    for start in range(0, len(numbered), CHUNK):
        chunk = numbered[start : start + CHUNK]
        wanted = {vault.blind_index(number, "id"): key for number, key in chunk}
        for party_id, index in Party.objects.filter(id_index__in=list(wanted)).values_list("pk", "id_index"):
            found.setdefault(wanted[bytes(index or b"")], bulk.key(party_id))
    return pl.DataFrame(list(found.items()), schema={"source_key": pl.String, "party_id": pl.String}, orient="row")


def stage_collateral(things: pl.DataFrame, in_book: pl.Series, waiting: Waiting) -> int:
    """`things`: loan_id, party_id, description, kind, value_fen, valued_on, rank, address. How many."""
    waits = pl.col("loan_id").is_in(in_book.implode())
    for chunk in bulk.slices(things.filter(~waits), CHUNK):
        bulk.insert(Collateral, COLLATERAL_FIELDS, _collateral_rows(chunk))
    for chunk in bulk.slices(things.filter(waits), CHUNK):
        waiting.collateral.add(_collateral_rows(chunk))
    return things.height


def collateral_in(loan_book: pl.DataFrame) -> pl.DataFrame:
    secured = pl.col("security").is_in([SecurityKind.MORTGAGE.value, SecurityKind.PLEDGE.value])
    return (
        loan_book.filter(pl.col("collateral_description").is_not_null())
        .select(
            "loan_id",
            "party_id",
            description="collateral_description",
            kind=pl.when(secured).then("security").otherwise(pl.lit(SecurityKind.MORTGAGE.value)),
            value_fen="collateral_value_fen",
            valued_on="collateral_valued_on",
            rank="collateral_rank",
            address="collateral_address",
        )
        .unique(subset=["loan_id", "description"], keep="first", maintain_order=True)
    )


def _collateral_rows(chunk: pl.DataFrame) -> list[bulk.Row]:
    ids = [bulk.as_uuid(party) for party in chunk["party_id"].unique()]
    keys = {bulk.key(party.pk): party.key for party in Party.objects.filter(pk__in=ids) if party.wrapped_key}
    rows: list[bulk.Row] = []
    for thing in chunk.iter_rows(named=True):
        key, place = keys.get(thing["party_id"]), thing["address"]
        sealed = vault.seal(key, {"text": place}, "collateral") if key and place else None
        valued = thing["valued_on"].isoformat() if thing["valued_on"] else None
        text = thing["description"]
        head = (thing["loan_id"], text[:40], thing["kind"], text[:120])
        rows.append((*head, thing["value_fen"], valued, thing["rank"] or 1, sealed))
    return rows
