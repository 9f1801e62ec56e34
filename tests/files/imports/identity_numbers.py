"""Invented identity numbers with right check characters, for tests and examples."""

from __future__ import annotations

from stdnum.cn import ric, uscc


def a_resident_id(serial: int = 1, *, born: str = "19850315", county: str = "371402") -> str:
    body = f"{county}{born}{serial:03d}"
    return body + ric.calc_check_digit(body + "0")


def a_credit_code(serial: int = 1) -> str:
    body = f"91371400MA3C{serial:05d}"
    return body + uscc.calc_check_digit(body)
