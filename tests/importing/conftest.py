"""What several modules import from: made once."""

from __future__ import annotations

from pathlib import Path

import pytest
from foreign_sets import write_ours


@pytest.fixture(scope="session")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our own data set in the native format and in all that can be imported; not to be changed."""
    root = tmp_path_factory.mktemp("ours")
    write_ours(root)
    return root
