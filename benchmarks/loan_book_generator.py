"""A loan book of any size as CSV, the same for the same seed: valid resident IDs, a few rows that are wrong."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

AS_OF = date(2025, 8, 17)
LOANS_EACH = 2
FAULTY_EVERY = 1_000  # one row in so many carries a fault
_SURNAMES = np.array(list("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"))
_GIVEN = np.array(list("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英建国华志玉红"))
_COUNTIES = np.array(
    ["德城区", "陵城区", "禹城市", "乐陵市", "齐河县", "平原县", "夏津县", "武城县", "临邑县", "宁津县", "庆云县"]
)
_COUNTY_CODES = np.array([371402, 371403, 371482, 371481, 371425, 371426, 371427, 371428, 371424, 371422, 371423])
_RIC_WEIGHTS = [2 ** (17 - i) % 11 for i in range(17)]


def write_loan_book(path: Path, *, rows: int, seed: int = 1, faulty: bool = True) -> Path:
    """Write `rows` lines in pieces, so that a million rows need little memory."""
    rng = np.random.default_rng(seed)
    with path.open("wb") as stream:
        for start in range(0, rows, 100_000):
            piece = _piece(rng, start, min(100_000, rows - start), faulty=faulty)
            piece.write_csv(stream, include_header=start == 0)
    return path


def _piece(rng: np.random.Generator, start: int, count: int, *, faulty: bool) -> pl.DataFrame:
    number = np.arange(start, start + count)
    customer = number // LOANS_EACH
    one = customer - customer[0]  # the rows' place among this piece's customers
    people = one[-1] + 1
    county = rng.integers(0, len(_COUNTIES), people)[one]
    balance = rng.integers(5_000, 80_000_000, count)
    overdue = (balance * rng.random(count)).astype(np.int64)
    dpd = rng.integers(0, 400, count)
    since = np.datetime64(AS_OF) - dpd
    opened = since - rng.integers(60, 1500, count)
    ids = _resident_ids(rng, county[::LOANS_EACH], people)[one]
    if faulty:
        ids[number % FAULTY_EVERY == 7] = "371402198503152710"
    names, guarantors, owners = _names(rng, people)[one], _names(rng, count), _names(rng, count)
    kinds = np.array(["信用", "保证", "抵押", "质押"])[rng.integers(0, 4, count)]
    return pl.DataFrame(
        {
            "借据号": [f"DZ{n:012d}" for n in number],
            "客户号": [f"C{n:010d}" for n in customer],
            "姓名": names,
            "证件号码": ids,
            "手机号码": [f"13{n:09d}" for n in rng.integers(0, 10**9, people)[one]],
            "联系电话2": [f"0534-26{n:05d}" for n in rng.integers(0, 10**5, people)[one]],
            "居住地址": [
                f"山东省德州市{_COUNTIES[c]}示例街道示例村{n % 900}号"
                for c, n in zip(county, customer, strict=True)
            ],
            "县区": _COUNTIES[county],
            "机构号": [f"{1 + c:04d}" for c in county],
            "机构名称": [f"德州银行{name}支行" for name in _COUNTIES[county]],
            "贷款品种": np.array(["个人经营贷款", "个人消费贷款", "农户贷款", "小微企业贷款"])[
                rng.integers(0, 4, count)
            ],
            "贷款金额": _yuan(balance * 2),
            "贷款余额": _yuan(balance),
            "逾期本金": _yuan(overdue),
            "欠息": _yuan(overdue // 20),
            "罚息": _yuan(overdue // 200),
            "逾期天数": dpd,
            "逾期起始日": since,
            "发放日期": opened,
            "到期日期": opened + rng.integers(1500, 4000, count),
            "五级分类": np.array(["正常", "关注", "次级", "可疑", "损失"])[np.digitize(dpd, [1, 91, 271, 361])],
            "担保方式": kinds,
            "保证人": np.where(kinds == "保证", guarantors, ""),
            "保证人证件号码": np.where(kinds == "保证", _resident_ids(rng, county, count), ""),
            "保证人电话": np.where(kinds == "保证", [f"15{n:09d}" for n in rng.integers(0, 10**9, count)], ""),
            "数据日期": [AS_OF] * count,
            "管户人": owners,
            "是否核销": np.where(dpd > 390, "是", "否"),
        }
    )


def _names(rng: np.random.Generator, count: int) -> np.ndarray:
    first, second = _GIVEN[rng.integers(0, len(_GIVEN), (2, count))]
    return np.char.add(np.char.add(_SURNAMES[rng.integers(0, len(_SURNAMES), count)], first), second)


def _resident_ids(rng: np.random.Generator, county: np.ndarray, count: int) -> np.ndarray:
    """Right in form, date of birth and check character; nobody's."""
    born = np.datetime64("1950-01-01") + rng.integers(0, 19_000, count)
    days = np.char.replace(born.astype(str), "-", "").astype(np.int64)
    body = _COUNTY_CODES[county] * 10**11 + days * 1000 + rng.integers(1, 999, count)
    total = sum(body // 10 ** (16 - i) % 10 * weight for i, weight in enumerate(_RIC_WEIGHTS))
    return np.char.add(body.astype(str), np.array(list("10X98765432"))[total % 11]).astype(object)


def _yuan(fen: np.ndarray) -> pl.Series:
    """Fen as yuan with two decimals, exactly."""
    return pl.Series([f"{each // 100}.{each % 100:02d}" for each in fen.tolist()])
