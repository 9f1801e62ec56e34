"""What is owed, locked until the person at the door tells the last four digits of their ID or registered phone.

The key of a visit's figures is wrapped by a key from those digits (PBKDF2-HMAC-SHA-256, salt a visit): the phone
holds neither the figures nor the digits in the clear. field/src/debts.ts opens it.
"""

from __future__ import annotations

import json
import os
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from zoufang.core.values import mask_account
from zoufang.core.visits import IdentityMethod
from zoufang.server.book.models import Loan
from zoufang.server.daily.brief import may_agree
from zoufang.server.daily.field import loans_spoken_of
from zoufang.server.visiting.models import Visit

ROUNDS = 100_000
TAIL, NONCE = 4, 12
LAST_PROMISES = 5


def locked_debts(visit: Visit) -> dict[str, Any] | None:
    """None where nobody's digits are known: such a debt is not shown without contact."""
    tails = list(_tails(visit))
    if not tails:
        return None
    key, salt = AESGCM.generate_key(256), os.urandom(16)
    text = json.dumps(_figures(visit), ensure_ascii=False).encode()
    return {
        "salt": b64encode(salt).decode(),
        "rounds": ROUNDS,
        "slots": [
            {"method": method.value, "sealed": _sealed(_key(tail, salt), key, f"{visit.pk} slot")}
            for method, tail in tails
        ],
        "sealed": _sealed(key, text, f"{visit.pk} debts"),
    }


def _tails(visit: Visit) -> Iterator[tuple[IdentityMethod, str]]:
    id_no = str(visit.whom.identity.get("id_no") or "")
    if len(id_no) > TAIL:
        yield IdentityMethod.NAME_AND_ID_TAIL, id_no[-TAIL:].upper()
    for phone in visit.whom.phones.all():
        phone.party = visit.whom
        if len(phone.number) > TAIL:
            yield IdentityMethod.NAME_AND_PHONE, phone.number[-TAIL:]


def _figures(visit: Visit) -> dict[str, Any]:
    promises = visit.party.promises.order_by("-made_on", "-id")[:LAST_PROMISES] if may_agree(visit) else ()
    return {
        "loans": [_loan(loan) for loan in loans_spoken_of(visit)],
        "promises": [
            {
                "made_on": p.made_on.isoformat(),
                "due": p.due.isoformat(),
                "status": p.status,
                "amount_fen": p.amount_fen,
            }
            for p in promises
        ],
    }


def _loan(loan: Loan) -> dict[str, Any]:
    """`arrears_fen` None: the bank never gave an overdue amount, so none is named at the door."""
    state = loan.state
    told = state.arrears_fen != state.balance_fen or bool(
        state.overdue_principal_fen or state.interest_fen or state.fees_fen
    )
    return {
        "id": str(loan.pk),
        "product": loan.product,
        "account": mask_account(loan.source_key),
        "currency": loan.currency,
        "arrears_fen": state.arrears_fen if told else None,
        "overdue_principal_fen": state.overdue_principal_fen,
        "interest_fen": state.interest_fen,
        "fees_fen": state.fees_fen,
        "balance_fen": state.balance_fen,
        "dpd": state.dpd,
        "as_of": state.as_of.isoformat(),
    }


def _key(tail: str, salt: bytes) -> bytes:
    return PBKDF2HMAC(algorithm=SHA256(), length=32, salt=salt, iterations=ROUNDS).derive(tail.encode())


def _sealed(key: bytes, text: bytes, bound_to: str) -> str:
    nonce = os.urandom(NONCE)
    return b64encode(nonce + AESGCM(key).encrypt(nonce, text, bound_to.encode())).decode()
