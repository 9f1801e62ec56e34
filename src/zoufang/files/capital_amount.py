"""Amounts in financial capitals (大写金额), as contracts and bills write them."""

from __future__ import annotations

from zoufang.core.errors import BadInput

DIGITS = "零壹贰叁肆伍陆柒捌玖"
UNITS = ((10**8, "亿"), (10**4, "万"), (1000, "仟"), (100, "佰"), (10, "拾"))
LARGEST_FEN = 10**18 - 1


def capital_amount(fen: int) -> str:
    """`168032` → `人民币壹仟陆佰捌拾元零叁角贰分`, by the central bank's rules (支付结算办法, annex 1).

    One 零 stands for any run of inner zeros; 整 follows yuan and jiao, never fen.
    """
    if not 0 <= fen <= LARGEST_FEN:
        raise BadInput(f"{fen} fen cannot be written in capitals. Give 0 up to {LARGEST_FEN}.")
    yuan, rest = divmod(fen, 100)
    jiao, cents = divmod(rest, 10)
    whole = _integer(yuan) + "元" if yuan or not fen else ""
    if not rest:
        return f"人民币{whole}整"
    gap = "零" if yuan and (not jiao or yuan % 10 == 0) else ""
    tenths = f"{DIGITS[jiao]}角" if jiao else ""
    return f"人民币{whole}{gap}{tenths}" + (f"{DIGITS[cents]}分" if cents else "整")


def _integer(number: int) -> str:
    for unit, name in UNITS:
        if number >= unit:
            head, tail = divmod(number, unit)
            gap = "零" if 0 < tail < unit // 10 else ""
            return _integer(head) + name + gap + (_integer(tail) if tail else "")
    return DIGITS[number]
