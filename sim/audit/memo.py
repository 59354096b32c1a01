"""A function of a view -> the same function, computed once per view and forgotten with it."""

from __future__ import annotations

import functools
import threading
import weakref
from collections.abc import Callable
from typing import TypeVar

from sim.audit.view import View

__all__ = ["per_view"]

T = TypeVar("T")


def per_view(function: Callable[[View], T]) -> Callable[[View], T]:
    """Keep a function's result as long as its view lives; any thread may call."""
    known: weakref.WeakKeyDictionary[View, T] = weakref.WeakKeyDictionary()
    lock = threading.Lock()

    @functools.wraps(function)
    def once(view: View) -> T:
        with lock:
            if view in known:
                return known[view]
        result = function(view)
        with lock:
            return known.setdefault(view, result)

    return once
