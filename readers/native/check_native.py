"""The native format by the audit, whose reader shares nothing with ours: no finding."""

from __future__ import annotations

from common import dataset, report

import sim


def main() -> None:
    found = sim.check(dataset().parent / "native")
    assert not found.findings, found.findings
    report("native", "roadreel", f"the audit's own reader: {len(found.results)} checks, 0 findings")


if __name__ == "__main__":
    main()
