"""A PostgreSQL of our own that archives its log, for as long as a test takes; it listens on a socket only."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import sqlalchemy as sa

from bot.recovery import _ordinary_user, program
from storage.sql.database import engine_url


class Cluster:
    """Makes, starts and throws away a cluster. A context manager."""

    def __enter__(self) -> Cluster:
        self.place = Path(tempfile.mkdtemp(prefix="handvat-cluster-"))
        self.archive, self.base = self.place / "archive", self.place / "base"
        self.archive.mkdir()
        self._user = _ordinary_user().pw_uid if os.geteuid() == 0 else None
        for path in (self.place, self.archive):
            if self._user is not None:
                os.chown(path, self._user, -1)
        self._run("initdb", "-D", "data", "-U", "postgres", "-A", "trust", "-N", "--locale=C", "-E", "UTF8")
        settings = {
            "wal_level": "replica", "archive_mode": "on", "archive_command": f"cp %p {self.archive}/%f",
            "listen_addresses": "", "unix_socket_directories": str(self.place), "fsync": "off",
        }  # fmt: skip
        with (self.place / "data" / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())
        self._run("pg_ctl", "-D", "data", "-w", "-s", "-l", "log", "start")
        self.execute("CREATE DATABASE handvat", database="postgres")
        return self

    def __exit__(self, *_: object) -> None:
        self._run("pg_ctl", "-D", "data", "-w", "-s", "-m", "immediate", "stop")
        shutil.rmtree(self.place)

    @property
    def url(self) -> str:
        return self._url("handvat")

    def _url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self.place}"

    def copy_base(self) -> None:
        """Make the base backup, while the server runs."""
        self._run("pg_basebackup", "-h", str(self.place), "-U", "postgres", "-D", "base", "--checkpoint=fast")

    def execute(self, statement: str, database: str = "handvat") -> object:
        """Say something to it outside any transaction, and return the first value of the answer."""
        engine = sa.create_engine(engine_url(self._url(database)), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            result = connection.exec_driver_sql(statement)
            found = result.scalar() if result.returns_rows else None
        engine.dispose()
        return found

    def archive_all(self) -> None:
        """Let the segment that is being written go into the archive, and wait until it is there."""
        segment = str(self.execute("SELECT pg_walfile_name(pg_switch_wal())"))
        engine = sa.create_engine(engine_url(self._url("postgres")), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            while str(connection.exec_driver_sql("SELECT last_archived_wal FROM pg_stat_archiver").scalar()) < segment:
                connection.exec_driver_sql("SELECT pg_sleep(0.02)")
        engine.dispose()

    def _run(self, name: str, *options: str) -> None:
        done = subprocess.run(
            [program(name), *options], user=self._user, cwd=self.place, text=True, check=False,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE if name != "pg_ctl" else subprocess.DEVNULL,
        )  # fmt: skip
        assert done.returncode == 0, f"{name}: {done.stderr}"
