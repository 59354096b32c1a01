"""A read-only mapping that things register themselves in by name."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from sim.errors import UsageError, near_matches

__all__ = ["Registry"]

T = TypeVar("T")


class Registry(Mapping[str, T]):
    """Names to values; iterates sorted; a duplicate raises; an unknown name lists near matches.

    Args:
        kind: what is registered, for messages ("writer", "behavior").
    """

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._items: dict[str, T] = {}
        self._modules: dict[str, str] = {}

    def register(self, name: str) -> Callable[[T], T]:
        """Decorator that registers its function or class under `name`."""

        def add(item: T) -> T:
            promised = self._modules.get(name)
            if name in self._items or (promised and getattr(item, "__module__", promised) != promised):
                raise ValueError(f"{self._kind} {name!r} is registered twice")
            self._items[name] = item
            return item

        return add

    def defer(self, name: str, module: str) -> None:
        """Make a name known whose item `module` registers; that is imported when the item is asked for."""
        if name in self:
            raise ValueError(f"{self._kind} {name!r} is registered twice")
        self._modules[name] = module

    def __getitem__(self, name: str) -> T:
        if name not in self:
            raise UsageError(near_matches(self._kind, name, self))
        if name not in self._items:
            importlib.import_module(self._modules[name])
        return self._items[name]

    def __contains__(self, name: object) -> bool:
        return name in self._items or name in self._modules

    def __iter__(self) -> Iterator[str]:
        return iter(sorted({*self._items, *self._modules}))

    def __len__(self) -> int:
        return len({*self._items, *self._modules})
