"""The formats whose modules are there; a format of an extra that is not installed has tests of its own."""

from importlib.util import find_spec

from sim.writers import WRITERS


def _is_there(name: str) -> bool:
    module = getattr(WRITERS[name], "module", "")
    return not module or find_spec(module.partition(".")[0]) is not None


INSTALLED = ("native", *(name for name in WRITERS if name != "native" and _is_there(name)))
