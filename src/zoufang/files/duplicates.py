"""Records that stand twice in one file."""

from __future__ import annotations

import polars as pl

from zoufang.files.batch import Plan
from zoufang.files.mapping import Mapping
from zoufang.files.problems import Problem


def split_duplicates(good: pl.DataFrame, mapping: Mapping, plan: Plan) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The first of each key stays; the others become rejects that name its row and whether they say the same."""
    keys = [mapping.schema.field(name).column for name in mapping.schema.key]
    constant = {series.name for series in plan.constants}
    keys = [key for key in keys if key in good.columns and (key not in constant or mapping.snapshots)]
    none = pl.DataFrame(schema={"row": pl.UInt32} | dict.fromkeys(_TEXTS, pl.String))
    if not keys or not good.height:
        return good, none
    whole = pl.all_horizontal(pl.col(keys).is_not_null())
    first = good.select(
        pl.struct(keys).is_first_distinct() if len(keys) > 1 else pl.col(keys[0]).is_first_distinct()
    )
    again = ~first.to_series() & good.select(whole).to_series()
    if not again.any():
        return good, none
    firsts = good.filter(~again).join(good.filter(again).select(keys).unique(), on=keys, how="semi")
    return good.filter(~again), _lines(good.filter(again), firsts, keys, plan)


_TEXTS = ("column", "field", "value", "problem", "detail")


def _lines(again: pl.DataFrame, firsts: pl.DataFrame, keys: list[str], plan: Plan) -> pl.DataFrame:
    content = [name for name in again.columns if name not in ("row", *keys)]
    pairs = again.join(firsts, on=keys, how="left", suffix="_first", maintain_order="left")
    same = (
        pl.all_horizontal(pl.col(name).eq_missing(pl.col(f"{name}_first")) for name in content)
        if content
        else True
    )
    key = next(p for p in plan.columns if p.field.column == keys[0])
    return pairs.select(
        "row",
        pl.lit(key.rule.label).alias("column"),
        pl.lit(key.field.name).alias("field"),
        pl.col(keys[0]).cast(pl.String).alias("value"),
        pl.when(same)
        .then(pl.lit(Problem.DUPLICATE.value))
        .otherwise(pl.lit(Problem.DUPLICATE_DIFFERS.value))
        .alias("problem"),
        pl.col("row_first").cast(pl.String).alias("detail"),
    )
