"""The first page of the chat in Chromium: whether every load draws all of it, and what a load costs.

    python -m evals.benchmarks.first_page [--loads 200] [--slower 4] [--url http://127.0.0.1:7860]

The processor of the browser is slowed down, as on a busy or an old machine. The exit code is 1 when a load differs
from the first one. It needs Chromium and a chat that runs: rag serve.
"""

import argparse
import shutil
import statistics
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

WHOLE = "document.querySelector('.library') && document.querySelector('.to-begin:not(:empty)')"
SHOWN = """() => JSON.stringify({
  titles: [...document.querySelectorAll('h1')].filter(each => each.checkVisibility({visibilityProperty: true})).length,
  total: document.querySelector('.total').textContent,
  text: document.body.innerText,
  overflow: document.documentElement.scrollWidth > innerWidth,
})"""
WEIGHT = """() => performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation'))
  .map(entry => [entry.name.split('/').pop().split('?')[0], entry.transferSize])"""
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"


def main() -> int:
    """Load the page again and again, and print what differs and what it costs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--loads", type=int, default=200)
    parser.add_argument("--slower", type=float, default=4)
    parser.add_argument("--url", default="http://127.0.0.1:7860")
    options = parser.parse_args()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        _print_weight(page, options.url)
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": options.slower})
        drawn, seconds, paints = _load(page, options.url, options.loads)
        browser.close()
    print(f"ready: median {statistics.median(seconds):.2f} s; painted: median {statistics.median(paints) / 1000:.2f} s")
    print(f"{drawn.most_common(1)[0][1]} of {options.loads} loads drew the same page")
    for text, number in drawn.most_common()[1:]:
        print(f"{number} times: {text[:400]}")
    return 0 if len(drawn) == 1 else 1


def _print_weight(page: "Page", url: str) -> None:
    page.goto(url)
    page.wait_for_function(WHOLE)
    sizes = page.evaluate(WEIGHT)
    largest = sorted(sizes, key=lambda each: each[1], reverse=True)[:6]
    listed = ", ".join(f"{name or 'the document'} {size / 1000:.0f}" for name, size in largest)
    print(f"{sum(size for _, size in sizes) / 1000:.0f} kB in {len(sizes)} requests; largest: {listed}")


def _load(page: "Page", url: str, loads: int) -> tuple[Counter[str], list[float], list[float]]:
    drawn: Counter[str] = Counter()
    seconds, paints = [], []
    for _ in range(loads):
        page.evaluate("sessionStorage.clear()")
        started = time.perf_counter()
        page.goto(url)
        page.wait_for_function(WHOLE)
        seconds.append(time.perf_counter() - started)
        page.wait_for_timeout(300)
        drawn[page.evaluate(SHOWN)] += 1
        paints.append(page.evaluate(PAINT))
    return drawn, seconds, paints


if __name__ == "__main__":
    sys.exit(main())
