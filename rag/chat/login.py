"""Passwords and tokens -> user names: a file of hashed passwords, and the logins that last."""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from rag.chat.sessions import RateLimit
from rag.errors import SettingsError

COST, BLOCK, LANES = 2**14, 8, 5
"""Of scrypt, as OWASP's password storage cheat sheet has it for 16 MB: some 50 ms a guess here."""
HOURS = 12
"""Hours that a login lasts."""
COOKIE = "rag_session"
KEEPER = "rag_keeper"
"""Cookie that the page's script reads: whose chats and drafts of this browser it may show."""
PASSWORD_CHARS = 256
GUESSES = 8
"""Guesses a minute: at the login page from one address, with an Authorization header for one name."""


class Account(NamedTuple):
    """A user, as a line of the users file has them after the name."""

    hash: str
    """Of the password, as `hash_password` makes it."""
    groups: frozenset[str] = frozenset()
    """Of readers; see rag/chat/access.py."""

    @property
    def line(self) -> str:
        """As the users file has it."""
        return f"{self.hash}:{','.join(sorted(self.groups))}" if self.groups else self.hash


def keeper_of(name: str) -> str:
    """What a browser keeps a user's chats under: it names nobody."""
    return hashlib.sha256(name.encode()).hexdigest()[:16]


def hash_password(password: str) -> str:
    """A password as it stands in the users file: scrypt with its costs, a random salt and the hash."""
    salt = secrets.token_bytes(16)
    return f"scrypt${COST}${BLOCK}${LANES}${salt.hex()}${_scrypt(password, salt, COST, BLOCK, LANES).hex()}"


def _scrypt(password: str, salt: bytes, cost: int, block: int, lanes: int) -> bytes:
    memory = 256 * cost * block + (1 << 20)
    return hashlib.scrypt(password.encode(), salt=salt, n=cost, r=block, p=lanes, maxmem=memory, dklen=32)


def verify_password(password: str, line: str) -> bool:
    """Whether a password belongs to a hash as `hash_password` makes it."""
    _, cost, block, lanes, salt, expected = line.split("$")
    computed = _scrypt(password[:PASSWORD_CHARS], bytes.fromhex(salt), int(cost), int(block), int(lanes))
    return hmac.compare_digest(computed, bytes.fromhex(expected))


def add_user(file: Path, name: str, password: str, groups: Collection[str] = ()) -> None:
    """Add a user to the users file, or change their password; only its owner can read the file.

    Args:
        file: made when there is none.
        name: of the user.
        password: of the user.
        groups: of readers; without any, a user that is there keeps theirs.

    Raises:
        SettingsError: the name holds a colon or white space, the password is shorter than 8 characters, or a group has
            no proper name.
    """
    if not name or any(sign.isspace() or sign == ":" for sign in name):
        raise SettingsError(f"A user's name has no colon and no white space, unlike {name!r}.")
    if not 8 <= len(password) <= PASSWORD_CHARS:
        raise SettingsError(f"A password has 8 to {PASSWORD_CHARS} characters.")
    for group in groups:
        if not is_group(group):
            raise SettingsError(f"A group's name has letters, digits and - _ . only, unlike {group!r}.")
    users = dict(read_users(file)) if file.exists() else {}
    kept = users[name].groups if name in users else frozenset[str]()
    users[name] = Account(hash_password(password), frozenset(groups) or kept)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.write_text("".join(f"{user}:{account.line}\n" for user, account in users.items()), encoding="utf-8")


def read_users(file: Path) -> Mapping[str, Account]:
    """Everyone in a users file, by name.

    Raises:
        SettingsError: it cannot be read, is empty, or a line is not `name:scrypt$...` or `name:scrypt$...:group,group`.
    """
    try:
        lines = [line for line in file.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
    except OSError as error:
        raise SettingsError(f"{file} cannot be read ({error.strerror}). Make it: rag user NAME") from error
    users = {name: _account(rest) for name, colon, rest in (line.partition(":") for line in lines) if colon}
    if not users or len(users) != len(lines) or not all(_is_hash(account.hash) for account in users.values()):
        raise SettingsError(f"{file} is not a users file (name:scrypt$... a line). Make it: rag user NAME")
    return users


def _account(rest: str) -> Account:
    hash, _, groups = rest.strip().partition(":")
    return Account(hash, frozenset(name.strip() for name in groups.split(",") if name.strip()))


def is_group(name: str) -> bool:
    """Whether a group of readers may be named so."""
    return re.fullmatch(r"[\w.-]+", name) is not None


def _is_hash(line: str) -> bool:
    parts = line.split("$")
    return len(parts) == 6 and parts[0] == "scrypt" and all(part.isdigit() for part in parts[1:4])


class Logins:
    """Checks passwords and keeps the tokens of logged-in users; safe to share between threads.

    Args:
        users: by name.
        clock: seconds, monotonic.
    """

    def __init__(self, users: Mapping[str, Account], clock: Callable[[], float]) -> None:
        self._users = users
        self._clock = clock
        self._lock, self._verifying = Lock(), Lock()
        self._tokens: dict[str, tuple[str, float]] = {}
        self._unknown = Account(hash_password(secrets.token_hex()))
        self._guesses = RateLimit(GUESSES, clock)

    def log_in(self, name: str, password: str) -> str:
        """A token for the cookie; empty when name or password is wrong, in the same time for either."""
        if not verify_password(password, self._users.get(name, self._unknown).hash) or name not in self._users:
            return ""
        token = secrets.token_urlsafe(32)
        now = self._clock()
        with self._lock:
            self._tokens = {kept: login for kept, login in self._tokens.items() if login[1] > now}
            self._tokens[token] = (name, now + HOURS * 3600)
        return token

    def log_out(self, token: str) -> None:
        """Forget a token."""
        with self._lock:
            self._tokens.pop(token, None)

    def user_of_token(self, token: str) -> str:
        """Name of the user that the token was given to; empty when it is unknown or expired."""
        name, ends = self._tokens.get(token, ("", 0.0))
        return name if ends > self._clock() else ""

    def user_of_header(self, authorization: str) -> str:
        """Name of the user of an Authorization header, `Basic ...` or `Bearer NAME:PASSWORD`; empty when it is wrong.

        Wrong ones are limited like wrong logins; a right one is remembered as long as a login lasts.
        """
        name, password = _credentials(authorization)
        if not name:
            return ""
        token = hashlib.sha256(authorization.encode()).hexdigest()
        if user := self.user_of_token(token):
            return user
        with self._verifying:  # requests that come together are one guess: the first remembers it for the others
            return self.user_of_token(token) or self._verify(name, password, token)

    def _verify(self, name: str, password: str, token: str) -> str:
        if self._guesses.take(name):
            return ""
        if name not in self._users or not verify_password(password, self._users[name].hash):
            return ""
        with self._lock:
            self._tokens[token] = (name, self._clock() + HOURS * 3600)
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


def user_of_headers(logins: Logins) -> Callable[[Mapping[str, str]], str]:
    """Headers of a request -> name of the user, empty for none."""

    def user_of(headers: Mapping[str, str]) -> str:
        name = logins.user_of_token(_token(headers.get("cookie", "")))
        return name or logins.user_of_header(headers.get("authorization", ""))

    return user_of


def _token(cookies: str) -> str:
    # Other programs on the host may have set cookies of any form, on which http.cookies gives up.
    pairs = (pair.partition("=") for pair in cookies.split(";"))
    return next((value.strip() for name, _, value in pairs if name.strip() == COOKIE), "")
