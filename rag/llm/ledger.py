"""The dollars of a day: in a file of the index folder, or in the database that several processes share."""

import json
import math
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from rag.database import Database
from rag.errors import BudgetSpent
from rag.settings import Settings

LEDGER = "spent.json"
"""File in the index folder with the day's dollars."""
DIGITS = 9
"""Of a sum after the point: sums of binary fractions would miss the budget by the last one."""
ROUNDED = 10**-DIGITS
"""What rounding may add to a sum."""
_TABLE = "CREATE TABLE rag_ledger(day date PRIMARY KEY, dollars numeric NOT NULL)"


class Ledger(Protocol):
    """What a day cost so far; each day starts at 0. Safe to share between threads and processes."""

    def spent(self) -> float:
        """Dollars of today."""
        ...

    def take(self, dollars: float, most: float) -> bool:
        """Add to today's dollars, unless they would then be more than `most`; whether they were added."""
        ...


class FileLedger:
    """The day's dollars in a JSON file.

    Args:
        file: made with the first dollars.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def spent(self) -> float:
        """Dollars of today.

        Raises:
            BudgetSpent: the file cannot be read.
        """
        try:
            ledger = json.loads(self._file.read_text(encoding="utf-8"))
            dollars = float(ledger["dollars"])
            return dollars if ledger["day"] == date.today().isoformat() else 0.0
        except FileNotFoundError:
            return 0.0
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BudgetSpent(f"{self._file} cannot be read, so the day's budget is unknown. Delete it.") from error

    def take(self, dollars: float, most: float) -> bool:
        """Add to today's dollars, unless they would then be more than `most`."""
        from filelock import FileLock

        self._file.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{self._file}.lock"):
            total = round(self.spent() + dollars, DIGITS)
            if total > most + ROUNDED:
                return False
            fresh = self._file.with_suffix(".new")
            fresh.write_text(json.dumps({"day": date.today().isoformat(), "dollars": total}), encoding="utf-8")
            fresh.replace(self._file)
        return True


class PostgresLedger:
    """The day's dollars as a row of a table; the day is the database's.

    Args:
        database: gets the table, if it has none.
    """

    def __init__(self, database: Database) -> None:
        database.make_table("rag_ledger", _TABLE)
        self._database = database

    def spent(self) -> float:
        """Dollars of today."""
        rows = self._database.all("SELECT dollars FROM rag_ledger WHERE day = CURRENT_DATE")
        return float(rows[0][0]) if rows else 0.0

    def take(self, dollars: float, most: float) -> bool:
        """Add to today's dollars, unless they would then be more than `most`: one statement, however many ask."""
        added = self._database.all(
            "WITH asked AS (SELECT %s::numeric AS dollars, %s::numeric AS most)"
            " INSERT INTO rag_ledger AS ledger SELECT CURRENT_DATE, dollars FROM asked WHERE dollars <= most"
            " ON CONFLICT (day) DO UPDATE SET dollars = ledger.dollars + excluded.dollars"
            " WHERE ledger.dollars + excluded.dollars <= (SELECT most FROM asked) RETURNING dollars",
            str(round(dollars, DIGITS)),
            "Infinity" if most == math.inf else str(most + ROUNDED),
        )
        return bool(added)


def open_ledger(settings: Settings) -> Ledger:
    """The ledger of an index: in its database, or in its folder.

    Raises:
        IndexUnavailable: the database cannot be reached.
    """
    if settings.index is None:
        return FileLedger(settings.index_dir / LEDGER)
    return _in_database(settings.index.get_secret_value(), settings.index_name)


@lru_cache(maxsize=8)
def _in_database(address: str, name: str) -> PostgresLedger:
    return PostgresLedger(Database(address, name))
