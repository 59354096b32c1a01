"""An address -> Ray, connected to the cluster there, and gone afterwards."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading
from collections.abc import Iterator
from typing import Any

from sim.errors import EnvironmentProblem
from sim.writers.optional import optional

__all__ = ["LOCAL", "connected", "ray_module"]

LOCAL = "local"

_KNOCK_S = 10.0


def ray_module() -> Any:
    """Ray. Raises UsageError if it is not installed."""
    return optional("ray", "ray", "--engine ray")


@contextlib.contextmanager
def connected(address: str, cores: int | None) -> Iterator[Any]:
    """Ray, connected. A connection that is there already is used, and stays.

    Args:
        address: ``auto``, ``local`` or ``host:port``.
        cores: of a cluster that is this machine alone; None: all it has.

    Raises:
        UsageError: Ray is not installed.
        EnvironmentProblem: there is no cluster.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    own: dict[str, Any] = {}
    if address == LOCAL:
        # A cluster of one machine is nobody else's business: so Ray takes the loopback address.
        os.environ.setdefault("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")
        own = {"include_dashboard": False, "num_cpus": cores}
    ray = ray_module()
    if ray.is_initialized():
        yield ray
        return
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        _knock(address)  # Ray itself waits for minutes
        ray.init(address=address, log_to_driver=False, logging_level="ERROR", **own)
    except (OSError, RuntimeError, ValueError, ray.exceptions.RayError) as error:
        raise EnvironmentProblem(f"--address {address}: no Ray cluster: {error}") from None
    finally:
        if threading.current_thread() is threading.main_thread():
            for number, handler in handlers.items():  # Ray has its own way to end
                signal.signal(number, handler or signal.SIG_DFL)
    try:
        yield ray
    finally:
        ray.shutdown()


def _knock(address: str) -> None:
    """Raises OSError if nobody listens at a ``host:port``, ValueError if it is none."""
    if address not in ("auto", LOCAL):
        host, colon, port = address.rpartition(":")
        if not (colon and port.isdecimal()):
            raise ValueError("wanted auto, local or host:port")
        socket.create_connection((host, int(port)), _KNOCK_S).close()
