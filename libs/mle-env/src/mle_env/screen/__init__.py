"""Measures what each candidate target would be as a task: how learnable, how leaky, how grouped."""

from .pairs import pairs
from .screening import screen

__all__ = ["pairs", "screen"]
