"""`{{ loan.product|word:"product" }}`: a code of the core in the reader's words."""

from __future__ import annotations

from django import template

from zoufang.server.pages import words

register = template.Library()
register.filter("word", words.word)
