"""A checked loan book made ready to land: branches and parties found, days past due known or the row refused."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, cast

import polars as pl

from zoufang.core.portfolio import Product
from zoufang.core.values import Message, PartyKind, SecurityKind, gettext_noop
from zoufang.files.fields import schema
from zoufang.files.mapping_toml import parse_mapping
from zoufang.files.places import Places
from zoufang.files.validate import Checked
from zoufang.server.book.models import ImportBatch
from zoufang.server.book.vault import key_file, vault_at
from zoufang.server.staff.models import Branch

# Words in a bank's product name → our product, the first that fits.
PRODUCT_WORDS: tuple[tuple[str, Product], ...] = (
    ("信用卡|贷记卡|card", Product.CARD),
    ("农户|农业|涉农|惠农|farm", Product.FARM),
    ("住房|按揭|房贷|购房|mortgage", Product.MORTGAGE),
    ("汽车|车贷|auto|car loan", Product.AUTO),
    ("企业|公司|流动资金|对公|corporate", Product.CORPORATE),
    ("经营|商户|个体|business", Product.BUSINESS),
)


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that the book itself cannot take, in the form of a file's rejects."""

    row: int
    column: str
    value: str
    reason: Message
    remedy: Message
    sheet: str = ""

    def placed(self, places: Places) -> Refused:
        """With the row as its sheet numbers it."""
        sheet, row = places.of(self.row)
        return replace(self, sheet=sheet, row=row)


@dataclass(slots=True)
class Prepared:
    """Rows to land, rows refused, and what the reader must know."""

    frame: pl.DataFrame
    refused: list[Refused] = field(default_factory=list)
    warnings: list[Message] = field(default_factory=list)


def complete(good: pl.DataFrame, kind: str) -> pl.DataFrame:
    """Every column of the kind's schema, those that the file lacks as unknown."""
    missing = [pl.lit(None, f.dtype).alias(f.column) for f in schema(kind).fields if f.column not in good.columns]
    frame = good.with_columns(missing)
    return frame if "row" in frame.columns else frame.with_row_index("row", offset=2)


def _one_debtor(frame: pl.DataFrame) -> pl.DataFrame:
    """Where a file tells several days of a loan, its debtor is who owes it on the last."""
    if frame["loan_key"].n_unique() == frame.height:
        return frame
    return frame.with_columns(pl.col("party_key").sort_by("as_of").last().over("loan_key"))


def last_day(days: pl.Series) -> date:
    return cast(date, days.max())


def nothing_to_land(batch: ImportBatch) -> Message:
    text = gettext_noop("No row of %(file)s can be taken in. Correct the rejected rows and import again.")
    return Message(text, {"file": batch.file_name})


def prepare_loan_book(good: pl.DataFrame, batch: ImportBatch) -> Prepared:
    prepared = Prepared(complete(good, "loan_book"))
    _know_days(prepared)
    _find_branches(prepared, batch)
    prepared.frame = prepared.frame.with_columns(
        party_key=party_keys(prepared.frame, "customer_key"),
        kind=pl.col("party_kind").fill_null(_kind_of("id_number")),
    )
    prepared.frame = _one_debtor(prepared.frame).with_columns(
        product_name=pl.col("product").fill_null(""),
        product=_product(),
        security=pl.col("security").str.extract("^[^+]+", 0).fill_null(SecurityKind.CREDIT.value),
    )
    return prepared


def _know_days(prepared: Prepared) -> None:
    """The bank's days, else counted from its overdue date, else 0 where it says that nothing is overdue."""
    nothing = (pl.col("overdue_principal_fen") == 0) & (pl.col("interest_owed_fen").fill_null(0) == 0)
    counted = (pl.col("as_of") - pl.col("overdue_since")).dt.total_days().clip(0).cast(pl.Int32)
    frame = prepared.frame
    by_date = frame.filter(pl.col("dpd").is_null() & pl.col("overdue_since").is_not_null()).height
    if by_date:
        text = gettext_noop("%(rows)s rows give no days past due; they are counted from the overdue date.")
        prepared.warnings.append(Message(text, {"rows": by_date}))
    frame = frame.with_columns(dpd=pl.coalesce("dpd", counted, pl.when(nothing).then(pl.lit(0, pl.Int32))))
    for row, key in frame.filter(pl.col("dpd").is_null()).select("row", "loan_key").iter_rows():
        prepared.refused.append(
            Refused(
                row,
                "dpd",
                key,
                Message(gettext_noop("Neither days past due nor an overdue date is given")),
                Message(
                    gettext_noop("Name the column with 逾期天数 or 逾期起始日 in the mapping, or fill it in.")
                ),
            )
        )
    prepared.frame = frame.filter(pl.col("dpd").is_not_null()) if frame["dpd"].null_count() else frame


def _find_branches(prepared: Prepared, batch: ImportBatch) -> None:
    """By code, then by name; an unknown one goes to the batch's own branch, and a warning says so."""
    frame = prepared.frame
    named = frame.select("branch_code", "branch_name").unique()
    found = {(code, name): _branch(code, name, batch.branch) for code, name in named.iter_rows()}
    # A lookup, not a join: a join would copy the whole frame.
    ids = {_branch_mark(*row): branch.pk for row, branch in found.items() if branch}
    mark = pl.concat_str(pl.col("branch_code").fill_null(""), pl.col("branch_name").fill_null(""), separator="|")
    frame = frame.with_columns(branch_id=mark.replace_strict(ids, default=None, return_dtype=pl.Int64))
    foreign = {row for row, branch in found.items() if branch and not _within(branch, batch.branch)}
    if foreign:
        frame = _refuse_foreign(prepared, frame, {found[row].pk for row in foreign})  # type: ignore[union-attr]
    unknown = sorted({code or name for (code, name), branch in found.items() if branch is None and (code or name)})
    if unknown:
        rows = frame.filter(
            pl.col("branch_id").is_null()
            & (pl.col("branch_code").is_not_null() | pl.col("branch_name").is_not_null())
        ).height
        text = gettext_noop(
            "%(rows)s rows name a branch that is not in the branch tree (%(names)s); they stand under %(branch)s."
        )
        shown = ", ".join(unknown[:5]) + (" …" if len(unknown) > 5 else "")
        prepared.warnings.append(Message(text, {"rows": rows, "names": shown, "branch": batch.branch.name}))
    prepared.frame = frame.with_columns(pl.col("branch_id").fill_null(batch.branch.pk))


def _branch(code: str | None, name: str | None, own: Branch) -> Branch | None:
    if code and (branch := Branch.objects.filter(code=code).first()):
        return branch
    if name and (branch := Branch.objects.filter(name=name).first()):
        return branch
    if name and len(same := list(Branch.objects.filter(name__endswith=name, path__startswith=own.path)[:2])) == 1:
        return same[0]
    return None


def _branch_mark(code: str | None, name: str | None) -> str:
    return f"{code or ''}|{name or ''}"


def _within(branch: Branch, own: Branch) -> bool:
    return branch.path.startswith(own.path)


def _refuse_foreign(prepared: Prepared, frame: pl.DataFrame, branch_ids: set[int]) -> pl.DataFrame:
    outside = pl.col("branch_id").is_in(list(branch_ids)).fill_null(False)
    for row, code, name in frame.filter(outside).select("row", "branch_code", "branch_name").iter_rows():
        prepared.refused.append(
            Refused(
                row,
                "branch_code",
                code or name or "",
                Message(gettext_noop("This branch lies outside your own")),
                Message(gettext_noop("Ask the branch itself, or the head office, to import this row.")),
            )
        )
    return frame.filter(~outside)


def party_keys(frame: pl.DataFrame, key: str) -> pl.Series:
    """The source's own key, else a blind index of the identity number, so that none stands in the clear."""
    vault = vault_at(key_file())

    def keyed(own: str | None, number: str | None) -> str:
        return own or "#" + vault.pseudonym(number or "", "id").hex()

    if frame[key].null_count() == 0:
        return frame[key]
    return pl.Series([keyed(*row) for row in frame.select(key, "id_number").iter_rows()], dtype=pl.String)


def by_sealed_person(checked: Checked, batch: ImportBatch) -> Checked:
    """Where the file gives no loan numbers, the blind index of the identity number stands in their place."""
    if not parse_mapping(batch.mapping, name=batch.file_name).by_person:
        return checked
    vault = vault_at(key_file())

    def sealed(numbers: pl.Series) -> pl.Series:
        keys = ["#" + vault.pseudonym(number.upper(), "id").hex() for number in numbers]
        return pl.Series("loan_key", keys, dtype=pl.String)

    good = checked.good.with_columns(sealed(checked.good["id_number"]))
    return replace(checked, good=good, rejected_keys=sealed(checked.rejected_keys.drop_nulls()))


def _kind_of(column: str) -> pl.Expr:
    """A unified social credit code of a company begins with 91, of a sole trader with 92 (GB 32100)."""
    number = pl.col(column).fill_null("")
    is_code = (number.str.len_chars() == 18) & number.str.contains("^9[123]")
    return (
        pl.when(is_code & number.str.starts_with("92"))
        .then(pl.lit(PartyKind.SOLE_TRADER.value))
        .when(is_code)
        .then(pl.lit(PartyKind.COMPANY.value))
        .otherwise(pl.lit(PartyKind.PERSON.value))
    )


def _product() -> pl.Expr:
    chosen: Any = pl.when(pl.col("kind") == PartyKind.COMPANY.value).then(pl.lit(Product.CORPORATE.value))
    for words, product in PRODUCT_WORDS:
        chosen = chosen.when(pl.col("product").str.contains(f"(?i){words}")).then(pl.lit(product.value))
    result: pl.Expr = chosen.otherwise(pl.lit(Product.CONSUMER.value))
    return result
