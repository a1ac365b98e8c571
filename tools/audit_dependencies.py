"""`make audit`: ask pip-audit whether a locked package has a known vulnerability; say plainly when nobody could tell.

    python -m tools.audit_dependencies requirements.lock [...]

pip-audit needs a vulnerability service on the network. Exit code 1 is for a vulnerability only: a machine that cannot
reach the service has learnt nothing, says so, and does not stop what it was doing.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Verdict:
    """What came of an audit: what is vulnerable, how many packages were looked up, and why others were not."""

    vulnerable: tuple[str, ...]
    audited: int
    skipped: int
    trouble: str = ""

    @property
    def line(self) -> str:
        """What to tell whoever reads the output of CI."""
        if self.vulnerable:
            return "VULNERABLE: " + "; ".join(self.vulnerable)
        if not self.audited:
            return f"NOT AUDITED: no vulnerability service answered ({self.trouble or 'it knows none of the packages'})"
        rest = f", {self.skipped} could not be looked up" if self.skipped else ""
        return f"audited: {self.audited} packages without a known vulnerability{rest}"


def judge(report: str, errors: str) -> Verdict:
    """Return what pip-audit found, from its JSON; what is no JSON was said by something that went wrong."""
    try:
        found: list[dict[str, Any]] = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):
        lines = [line for line in errors.splitlines() if line.strip()]
        return Verdict((), 0, 0, lines[-1][:160] if lines else "pip-audit said nothing")
    vulnerable = tuple(
        f"{package['name']} {package['version']}: {vulnerability['id']}"
        for package in found
        for vulnerability in package.get("vulns", ())
    )
    skipped = sum(1 for package in found if "skip_reason" in package)
    return Verdict(vulnerable, len(found) - skipped, skipped)


def audit(lock: str) -> Verdict:
    """Ask about everything in a lock file, without installing anything."""
    command = [sys.executable, "-m", "pip_audit", "-r", lock, "--require-hashes", "--disable-pip", "-f", "json",
               "--progress-spinner", "off", "--timeout", "15"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return judge(done.stdout, done.stderr)


def main(locks: Sequence[str]) -> int:
    """Audit lock files; 1 when a package has a known vulnerability."""
    worst = 0
    for lock in locks:
        verdict = audit(lock)
        print(f"{lock}: {verdict.line}", flush=True)
        worst = max(worst, int(bool(verdict.vulnerable)))
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
