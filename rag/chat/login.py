"""Who may read: a file of hashed passwords, and the tokens of those who logged in."""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock

from rag.chat.sessions import Rate
from rag.errors import SettingsError

COST, BLOCK, LANES = 2**14, 8, 5
"""Of scrypt, as OWASP's password storage cheat sheet has it for 16 MB: some 50 ms a guess here."""
HOURS = 12
"""How long a login lasts."""
COOKIE = "rag_session"
PASSWORD_CHARS = 256
GUESSES = 8
"""Guesses a minute: at the login page from one address, with an Authorization header for one name."""


def hashed(password: str) -> str:
    """A password as it stands in the users file: scrypt with its costs, a random salt and the hash."""
    salt = secrets.token_bytes(16)
    return f"scrypt${COST}${BLOCK}${LANES}${salt.hex()}${_scrypt(password, salt, COST, BLOCK, LANES).hex()}"


def _scrypt(password: str, salt: bytes, cost: int, block: int, lanes: int) -> bytes:
    memory = 256 * cost * block + (1 << 20)
    return hashlib.scrypt(password.encode(), salt=salt, n=cost, r=block, p=lanes, maxmem=memory, dklen=32)


def matches(password: str, kept: str) -> bool:
    """Whether a password is the one whose hash is kept."""
    _, cost, block, lanes, salt, wanted = kept.split("$")
    made = _scrypt(password[:PASSWORD_CHARS], bytes.fromhex(salt), int(cost), int(block), int(lanes))
    return hmac.compare_digest(made, bytes.fromhex(wanted))


def add_user(file: Path, name: str, password: str) -> None:
    """Add a reader to the users file, or change their password; only its owner can read the file.

    Raises:
        SettingsError: the name holds a colon or white space, or the password is shorter than 8 characters.
    """
    if not name or any(sign.isspace() or sign == ":" for sign in name):
        raise SettingsError(f"A user's name has no colon and no white space, unlike {name!r}.")
    if not 8 <= len(password) <= PASSWORD_CHARS:
        raise SettingsError(f"A password has 8 to {PASSWORD_CHARS} characters.")
    users = dict(users_in(file)) if file.exists() else {}
    users[name] = hashed(password)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.write_text("".join(f"{one}:{kept}\n" for one, kept in users.items()), encoding="utf-8")


def users_in(file: Path) -> Mapping[str, str]:
    """Name -> hash of everyone in a users file.

    Raises:
        SettingsError: it cannot be read, is empty, or a line is not `name:scrypt$...`.
    """
    try:
        lines = [line for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    except OSError as error:
        raise SettingsError(f"{file} cannot be read ({error.strerror}). Make it: rag user NAME") from error
    users = dict(line.split(":", 1) for line in lines if ":" in line)
    if not users or len(users) != len(lines) or not all(_is_hash(kept) for kept in users.values()):
        raise SettingsError(f"{file} is not a users file (name:scrypt$... a line). Make it: rag user NAME")
    return users


def _is_hash(kept: str) -> bool:
    parts = kept.split("$")
    return len(parts) == 6 and parts[0] == "scrypt" and all(part.isdigit() for part in parts[1:4])


class Logins:
    """Checks passwords and remembers who logged in; safe to share between threads.

    Args:
        users: name -> hash.
        clock: seconds, ever rising.
    """

    def __init__(self, users: Mapping[str, str], clock: Callable[[], float]) -> None:
        self._users = users
        self._clock = clock
        self._lock = Lock()
        self._tokens: dict[str, tuple[str, float]] = {}
        self._nobody = hashed(secrets.token_hex())
        self._guesses = Rate(GUESSES, clock)

    def log_in(self, name: str, password: str) -> str:
        """A token for the cookie; empty when name or password is wrong, which takes as long for either."""
        if not matches(password, self._users.get(name, self._nobody)) or name not in self._users:
            return ""
        token = secrets.token_urlsafe(32)
        now = self._clock()
        with self._lock:
            self._tokens = {one: kept for one, kept in self._tokens.items() if kept[1] > now}
            self._tokens[token] = (name, now + HOURS * 3600)
        return token

    def log_out(self, token: str) -> None:
        """Forget a token."""
        with self._lock:
            self._tokens.pop(token, None)

    def reader(self, token: str) -> str:
        """Who holds the token; empty when no one does, or its time is over."""
        name, ends = self._tokens.get(token, ("", 0.0))
        return name if ends > self._clock() else ""

    def trusted(self, authorization: str) -> str:
        """Who sends an Authorization header, for programs: `Basic ...`, or `Bearer NAME:PASSWORD`; empty when no one.

        A wrong one is slowed down like a wrong login; a right one is remembered as long as a login lasts.
        """
        name, password = _credentials(authorization)
        if not name:
            return ""
        known = hashlib.sha256(authorization.encode()).hexdigest()
        if reader := self.reader(known):
            return reader
        if self._guesses.take(name):
            return ""
        if name not in self._users or not matches(password, self._users[name]):
            return ""
        with self._lock:
            self._tokens[known] = (name, self._clock() + HOURS * 3600)
        return name


def _credentials(authorization: str) -> tuple[str, str]:
    kind, _, value = authorization.partition(" ")
    if kind.lower() == "basic":
        try:
            value = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return "", ""
    elif kind.lower() != "bearer":
        return "", ""
    name, _, password = value.strip().partition(":")
    return name, password
