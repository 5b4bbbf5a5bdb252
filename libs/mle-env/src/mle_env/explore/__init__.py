"""Looks at raw tables for somebody who asks: some rows, or a query. Nothing is written and nothing is run that was asked for but SQL that reads."""

from .rows import sample
from .sql import query

__all__ = ["query", "sample"]
