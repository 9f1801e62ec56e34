"""What a village or residents' committee may be asked, and the words that must not reach it (CN-P4)."""

from __future__ import annotations

import re

from zoufang.core.values import Message, gettext_noop

WORDS_VERSION = "2026-11"
ASK = (
    gettext_noop("Good day. We are looking for this person on a personal matter."),
    gettext_noop("Do you know whether they live here, and how we find the door?"),
    gettext_noop("If you would rather not say, that is quite all right. Thank you."),
)
KEEP_TO_YOURSELF = (
    gettext_noop("Ask for the door only. Answer no question about the matter, not even by yes or no."),
    gettext_noop("Show no paper and no other screen. Ask nobody to come along, to call, or to pass anything on."),
    gettext_noop("The committee is asked nothing about the person's means, work or family."),
)
# Whoever reads one of these knows more than where somebody lives.
TELLING = (
    "欠", "债", "贷", "逾期", "催", "还款", "拖欠", "借", "账", "信用卡", "起诉", "法院", "执行", "利息", "本金",
    "担保", "抵押", "不良", "owe", "debt", "loan", "overdue", "arrears", "repay", "collect", "court", "instalment",
    "credit", "guarant",
)  # fmt: skip


# English words count from their beginning: "village" or "answer" tell nothing.
_TELLS = re.compile("|".join(rf"\b{word}" if word.isascii() else word for word in TELLING), re.IGNORECASE)


def tells_of_debt(text: str) -> str | None:
    """The first word in `text` from which a third party could learn of the debt; None: nothing."""
    found = _TELLS.search(text)
    return found[0] if found else None


def village_words() -> tuple[Message, ...]:
    """What is said, in this order."""
    return tuple(Message(text) for text in ASK)


def village_limits() -> tuple[Message, ...]:
    """What the visitor keeps to."""
    return tuple(Message(text) for text in KEEP_TO_YOURSELF)
