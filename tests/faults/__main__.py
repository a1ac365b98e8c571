"""One fault after the other, each while people are at work; a row per fault and database.

python -m tests.faults                           all of them, half a minute or a minute each
python -m tests.faults database-gone --times 3   one of them
python -m tests.faults --list
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from tests.crash.__main__ import servers
from tests.crash.zygote import Zygote
from tests.faults.rows import strike, wanted_for
from tests.faults.strikes import FAULTS


def main() -> int:
    """Strike as asked, and return 1 when something did not hold."""
    asked = _arguments()
    if asked.list:
        for name, fault in FAULTS.items():
            print(f"{name:20} {fault.what}")
        return 0
    databases = ["sqlite", "postgresql"] if asked.database == "both" else [asked.database]
    rows = []
    with tempfile.TemporaryDirectory(prefix="handvat-faults-") as place, servers(databases) as found:
        for name in asked.names or FAULTS:
            for database in [kind for kind in FAULTS[name].databases if kind in databases]:
                for number in range(asked.times):
                    directory = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=place))
                    is_sqlite = database == "sqlite"
                    url = f"sqlite:///{directory}/handvat.db" if is_sqlite else str(found["postgresql"].empty())
                    seconds = asked.seconds or FAULTS[name].seconds
                    with Zygote(directory / "log") as zygote:
                        row = strike(name, zygote, url, directory, wanted_for(seconds, asked.seed + number), seconds)
                    rows.append(row)
                    print(row.line(), file=sys.stderr, flush=True)
    print(json.dumps([{"fault": row.name, "back": row.back_seconds, **row.result.as_data()} for row in rows], indent=1))
    return 0 if all(row.result.is_sound for row in rows) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"default: all; {', '.join(FAULTS)}")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--seconds", type=float, help="how long each goes on")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
