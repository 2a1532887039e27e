"""Random use of the chat by two browsers at once, with a network that breaks and a server that is killed.

    python -m evals.benchmarks.random_use [--minutes 30] [--seed 1] [--pictures FOLDER]

It asks, edits, asks again, reads sources, reloads, begins and reopens chats, adds and removes articles, narrows, cuts
the network, and kills and starts the server. Counted are lost questions, lost answers, sources beside a sentence that
they are not the evidence of, and console errors outside the cuts; the exit code is 1 when there is any. It needs
Chromium.
"""

import argparse
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from evals.benchmarks.proxy import Proxy

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FilePayload, Page

QUESTIONS = (
    "Why did Serbs put up roadblocks in December 2022?",
    "In what year did Kosovo become independent?",
    "What is the capital of France?",
    "Which border crossings did Kosovo Police close?",
    "What did the European Union warn of?",
    "What is KFOR?",
    "Who put troops on high alert?",
    "Why?",
)
MOST_TURNS = 20
"""Turns after which a browser begins a new chat: one keeps 30."""
SETTLE_SECONDS = 90
AFTERMATH = 6.0
"""Seconds after a cut in which the console may still speak of it."""
EVIDENCE = """() => {
  const panel = document.querySelector('#source .source');
  const open = [...document.querySelectorAll('#source mark.open')].map(mark => mark.textContent).join('');
  if (!panel?.dataset.turn || panel.dataset.number === '0' || !open) return '';
  const turn = document.querySelector(`#conversation .turn[data-turn="${panel.dataset.turn}"]`);
  if (!turn) return `no turn for: ${open.slice(0, 80)}`;
  const mark = turn.querySelector(`.mark[data-number="${panel.dataset.number}"]`);
  if (!mark) return `no mark ${panel.dataset.number} in: ${turn.innerText.slice(0, 80)}`;
  const said = mark.dataset.quote.replace(/…$/, '').replace(/\\s+/g, '');
  return open.replace(/\\s+/g, '').startsWith(said) ? '' : `${said.slice(0, 60)} is not ${open.slice(0, 60)}`;
}"""
"""What is wrong with the source beside the conversation; empty when it is the evidence of the mark it belongs to."""


class Server:
    """`rag serve` over a copy of the articles, behind a proxy."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        shutil.copytree("seeds", folder / "articles")
        self.proxy = Proxy()
        self._start()

    def restart(self) -> None:
        """Kill it, as a crash would, and start it again."""
        self.proxy.cut()
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        self._start()
        self.proxy.restore()

    def close(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(10)
        self.proxy.close()

    def _start(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        settings = {
            "RAG_INDEX_DIR": str(self._folder / ".rag"),
            "RAG_ARTICLES_DIR": str(self._folder / "articles"),
            "RAG_LLM": "quotes",
            "RAG_CHAT_RATE": "10000",
        }
        rag = [sys.executable, "-m", "rag", "serve", "--port", str(port)]
        self._process = subprocess.Popen(rag, env={**os.environ, **settings}, stdout=subprocess.DEVNULL)
        _wait_for(f"http://127.0.0.1:{port}/health", self._process)
        self.proxy.target = port


def _wait_for(url: str, process: "subprocess.Popen[bytes]") -> None:
    while process.poll() is None:
        try:
            httpx.get(url, timeout=5).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("rag serve ended by itself.")


@dataclass
class Visitor:
    """One browser, with what it must show."""

    page: "Page"
    name: str
    expected: list[str] = field(default_factory=list)
    """The questions of the chat on its page."""
    kept: dict[str, list[str]] = field(default_factory=dict)
    """Title of an earlier chat -> its questions."""

    def is_busy(self) -> bool:
        """Whether an answer is under way, or a question waits for the server."""
        return bool(self.page.evaluate("document.body.classList.contains('busy')"))

    def has_turns(self) -> bool:
        """Whether an answer stands on the page."""
        return self.page.locator(".turn .foot").count() > 0


class Use:
    """Random actions of some visitors, and what was wrong afterwards."""

    def __init__(self, server: Server, visitors: list[Visitor], seed: int) -> None:
        self.counts: Counter[str] = Counter()
        self.faults: list[str] = []
        self.broken_until = 0.0
        self._server = server
        self.visitors = visitors
        self._random = random.Random(seed)
        self._uploads = 0
        self._actions: dict[Callable[[Visitor], None], int] = {
            self.ask: 9,
            self.edit: 2,
            self.ask_again: 2,
            self.read_source: 8,
            self.step: 3,
            self.like: 1,
            self.reload: 2,
            self.begin: 1,
            self.reopen: 1,
            self.upload: 1,
            self.remove: 1,
            self.narrow: 2,
            self.cut: 2,
            self.restart: 1,
        }

    def step_once(self) -> None:
        """One action of one visitor, then a look at every source that is open."""
        visitor = self._random.choice(self.visitors)
        action = self._random.choices(list(self._actions), list(self._actions.values()))[0]
        action(visitor)
        self.counts[action.__name__] += 1
        visitor.page.wait_for_timeout(self._random.choice((0, 50, 300, 900)))
        for each in self.visitors:
            self._note(each, "false source", each.page.evaluate(EVIDENCE))

    def settle(self) -> None:
        """Restore the network, wait until every answer is there, and compare with what was asked."""
        self._server.proxy.restore()
        for visitor in self.visitors:
            self._wait_until_whole(visitor)
            shown = visitor.page.locator(".question").all_inner_texts()
            self._note(visitor, "lost question", "" if shown == visitor.expected else f"{shown} for {visitor.expected}")
            whole = visitor.page.locator(".turn:has(.foot):is(:has(.sentence), :has(.refusal))").count()
            self._note(visitor, "lost answer", "" if whole == len(shown) else f"{whole} of {len(shown)} are whole")
            self._note(visitor, "false source", visitor.page.evaluate(EVIDENCE))

    def ask(self, visitor: Visitor) -> None:
        """Ask by the keyboard."""
        if visitor.is_busy():
            return
        if len(visitor.expected) >= MOST_TURNS:
            if time.monotonic() < self.broken_until:  # a new chat comes from the server
                return
            self.begin(visitor)
        question = self._random.choice(QUESTIONS)
        visitor.page.fill("#question", question)
        visitor.page.press("#question", "Enter")
        visitor.expected.append(question)

    def edit(self, visitor: Visitor) -> None:
        """Ask something else in an earlier question's place."""
        if visitor.is_busy() or not visitor.has_turns():
            return
        at, question = self._random.randrange(len(visitor.expected)), self._random.choice(QUESTIONS)
        visitor.page.locator("button[aria-label='Edit the question']").nth(at).click()
        visitor.page.fill("#question", question)
        visitor.page.press("#question", "Enter")
        visitor.expected[at] = question

    def ask_again(self, visitor: Visitor) -> None:
        """Ask an earlier question again."""
        if not visitor.is_busy() and visitor.has_turns():
            buttons = visitor.page.locator("button[aria-label='Ask again']")
            buttons.nth(self._random.randrange(buttons.count())).click()

    def read_source(self, visitor: Visitor) -> None:
        """Press a mark."""
        marks = visitor.page.locator(".turn:not(.asking) .answer .mark")
        if marks.count():
            marks.nth(self._random.randrange(marks.count())).click()

    def step(self, visitor: Visitor) -> None:
        """Go to the next or the previous citation."""
        from playwright.sync_api import Error

        arrows = visitor.page.locator("#source .steps button:not([disabled])")
        if arrows.count() and arrows.first.is_visible():
            with suppress(Error):  # it may be gone by now: the panel was drawn anew
                arrows.nth(self._random.randrange(arrows.count())).click(timeout=2000)

    def like(self, visitor: Visitor) -> None:
        """Like an answer."""
        thumbs = visitor.page.locator(".turn:not(.asking) button[aria-label='Good answer']")
        if thumbs.count():
            thumbs.nth(self._random.randrange(thumbs.count())).click()

    def reload(self, visitor: Visitor) -> None:
        """Load the page again; not while nothing could be loaded."""
        if time.monotonic() > self.broken_until - AFTERMATH:
            visitor.page.reload()
            visitor.page.wait_for_selector(".welcome, .turn, .offline:not([hidden])")

    def begin(self, visitor: Visitor) -> None:
        """Begin a new chat."""
        if visitor.is_busy() or not visitor.expected:
            return
        self._wait_until_whole(visitor)
        visitor.kept[visitor.page.locator("#conversation .turns").get_attribute("data-chat") or ""] = visitor.expected
        visitor.page.click("button[data-event=new]")
        visitor.page.wait_for_selector(".welcome")
        visitor.expected = []

    def reopen(self, visitor: Visitor) -> None:
        """Open an earlier chat from the list."""
        if visitor.is_busy() or not visitor.kept or visitor.expected:
            return
        chat = self._random.choice(list(visitor.kept))
        visitor.page.click("button[data-event=chats]")
        visitor.page.click(f"#chats button[data-event=resume][data-chat='{chat}']")
        visitor.page.wait_for_selector(".turn")
        visitor.expected = visitor.kept.pop(chat)

    def upload(self, visitor: Visitor) -> None:
        """Add an article."""
        self._uploads += 1
        text = f"Bridge {self._uploads} opens\n\nBridge {self._uploads} of Lindholm was opened by Ada Berg.".encode()
        file: FilePayload = {"name": f"bridge-{self._uploads}.txt", "mimeType": "text/plain", "buffer": text}
        visitor.page.set_input_files("#files", [file])

    def remove(self, visitor: Visitor) -> None:
        """Remove an article that was added."""
        from playwright.sync_api import Error

        visitor.page.evaluate("document.querySelector('[data-view=articles]').click()")
        button = visitor.page.locator("button[aria-label^='Remove Bridge']").first
        if button.count():
            with suppress(Error):  # the other visitor may remove it meanwhile
                button.click(timeout=2000)
                button.click(timeout=2000)

    def narrow(self, visitor: Visitor) -> None:
        """Tick or untick an article."""
        visitor.page.evaluate("document.querySelector('[data-view=articles]').click()")
        boxes = visitor.page.locator("[data-choose]")
        if boxes.count():
            boxes.nth(self._random.randrange(boxes.count())).click()

    def cut(self, visitor: Visitor) -> None:
        """Cut the network while something else is done."""
        seconds = self._random.choice((0.2, 1.5, 6.0))
        self.broken_until = time.monotonic() + seconds + AFTERMATH
        self._server.proxy.cut()
        self._random.choice((self.ask, self.read_source, self.like))(visitor)
        visitor.page.wait_for_timeout(seconds * 1000)
        self._server.proxy.restore()

    def restart(self, visitor: Visitor) -> None:
        """Kill the server while something else is done."""
        self._random.choice((self.ask, self.read_source, self.edit))(visitor)
        self.broken_until = time.monotonic() + SETTLE_SECONDS
        self._server.restart()
        self.broken_until = time.monotonic() + AFTERMATH

    def complain(self, visitor: Visitor, kind: str, text: str) -> None:
        """Note what the console says, unless it speaks of a broken connection while there was one."""
        if kind == "error" and not ("net::ERR_" in text and time.monotonic() < self.broken_until):
            self._note(visitor, "console error", text)

    def _wait_until_whole(self, visitor: Visitor) -> None:
        visitor.page.wait_for_function(
            "!document.body.classList.contains('busy') && document.querySelector('.offline').hidden",
            timeout=SETTLE_SECONDS * 1000,
        )

    def _note(self, visitor: Visitor, kind: str, what: str) -> None:
        if what:
            self.counts[f"! {kind}"] += 1
            self.faults.append(f"{kind} of {visitor.name}: {what}")


def main() -> int:
    """Use the chat at random for some minutes, and print what was done and what was wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pictures", type=Path)
    options = parser.parse_args()
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder))
        browsers = [
            playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"]) for _ in "12"
        ]
        use = Use(
            server,
            [_open(browser, server.proxy.url, f"browser {at}") for at, browser in enumerate(browsers)],
            options.seed,
        )
        _run(use, options.minutes * 60, options.pictures)
        server.close()
    for name, number in sorted(use.counts.items()):
        print(f"{number:6} {name}")
    for fault in use.faults:
        print(fault)
    return 1 if use.faults else 0


def _open(browser: "Browser", url: str, name: str) -> Visitor:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(url)
    page.wait_for_selector(".welcome")
    return Visitor(page, name)


def _run(use: Use, seconds: float, pictures: Path | None) -> None:
    for visitor in use.visitors:
        _listen(use, visitor)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for _ in range(12):
            use.step_once()
        use.settle()
        if pictures:
            for visitor in use.visitors:
                visitor.page.screenshot(path=pictures / f"{visitor.name}.png")


def _listen(use: Use, visitor: Visitor) -> None:
    visitor.page.on("console", lambda message: use.complain(visitor, message.type, message.text))
    visitor.page.on("pageerror", lambda error: use.complain(visitor, "error", str(error)))


if __name__ == "__main__":
    sys.exit(main())
