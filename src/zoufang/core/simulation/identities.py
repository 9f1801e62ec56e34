"""Names, identity numbers and phones that are right in form and belong to nobody on purpose."""

from __future__ import annotations

from datetime import date

from stdnum.cn import ric, uscc

from zoufang.core.simulation.chance import pick, uniform, whole
from zoufang.core.simulation.counties import County

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = "建国秀兰桂英玉珍明华丽娟志强春梅海涛晓东文静俊杰淑芬德福国庆红霞金龙永刚雪梅立军爱民"
TRADES = ("百货店", "农资经营部", "粮油店", "汽修厂", "饭店", "建材门市部", "养殖场", "服装店")
FIRMS = ("商贸", "农业科技", "建材", "纺织", "食品", "机械", "物流", "化工")
ORG_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
BLOCK = "19900"  # phones count up within one invented block of a million


def person_name(seed: int, *key: object) -> str:
    given = pick(GIVEN, seed, *key, "g1") + (
        pick(GIVEN, seed, *key, "g2") if uniform(seed, *key, "two") < 0.8 else ""
    )
    return pick(SURNAMES, seed, *key, "surname") + given


def resident_id(seed: int, county: County, born: date, *key: object) -> str:
    """18 characters with a right check digit (GB 11643)."""
    stem = f"{county.code_for(born.year)}{born:%Y%m%d}{whole(1, 999, seed, *key, 'sequence'):03d}"
    return stem + str(ric.calc_check_digit(stem + "0"))


def credit_code(seed: int, county: County, *key: object, trader: bool) -> str:
    """统一社会信用代码: both check characters right (GB 32100 outside, GB 11714 inside); 92 is a sole trader."""
    body = "".join(pick(ORG_ALPHABET[:10], seed, *key, "org", i) for i in range(8))
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(body, ORG_WEIGHTS, strict=True)) % 11
    inner = body + {10: "X", 11: "0"}.get(rest, str(rest))
    stem = ("92" if trader else "91") + county.codes[-1][1] + inner
    return stem + str(uscc.calc_check_digit(stem + "0"))


def phone_number(seed: int, number: int) -> str:
    """The `number`-th phone of a bank: no two alike below a million."""
    return f"{BLOCK}{(seed * 7919 + number) % 1_000_000:06d}"


def trader_name(seed: int, county: County, owner: str, *key: object) -> str:
    return f"{county.name}{owner}{pick(TRADES, seed, *key, 'trade')}"


def company_name(seed: int, *key: object) -> str:
    word = pick(GIVEN, seed, *key, "w1") + pick(GIVEN, seed, *key, "w2")
    return f"德州{word}{pick(FIRMS, seed, *key, 'firm')}有限公司"
