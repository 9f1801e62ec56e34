"""Offers, approvals, repayment plans, promises, and the payments that keep them."""
