"""What a customer's situation is called, whoever asks: at the door or in a statement of means."""

from __future__ import annotations

from enum import StrEnum


class Willingness(StrEnum):
    """Wants to pay, whatever the means."""

    NOT_ASSESSED = "not_assessed"
    REFUSES = "refuses"
    RELUCTANT = "reluctant"
    OPEN = "open"
    COMMITTED = "committed"


class Hardship(StrEnum):
    JOB_LOSS = "job_loss"
    ILLNESS = "illness"
    DISABILITY = "disability"
    BEREAVEMENT = "bereavement"
    DISASTER = "disaster"
    FAMILY_BREAK_UP = "family_break_up"
    BUSINESS_FAILURE = "business_failure"
    OVER_INDEBTED = "over_indebted"
    FRAUD_VICTIM = "fraud_victim"
    OTHER = "other"
