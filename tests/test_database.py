"""A database that several processes open at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from rag.database import Database
from tests.postgres_server import PostgresServer


def test_of_all_that_make_a_table_at_once_one_makes_it(postgres: PostgresServer) -> None:
    address = postgres.address(postgres.new_schema())
    databases = [Database(address, "shared") for _ in range(8)]
    together = Barrier(len(databases))

    def make(database: Database, name: str) -> bool:
        together.wait()
        return database.make_table(name, f"CREATE TABLE {name}(day date PRIMARY KEY)")

    with ThreadPoolExecutor(len(databases)) as pool:
        for name in [f"made_{number}" for number in range(100)]:
            assert sum(pool.map(make, databases, [name] * len(databases))) == 1
    for database in databases:
        database.close()
