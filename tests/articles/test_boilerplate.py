"""Lines that a site puts around an article are no evidence; sentences that open like them are."""

from pathlib import Path

import pytest

from tests.articles.test_articles import BODY, body, save_article


@pytest.mark.parametrize(
    "line",
    [
        "See also",
        "Read more: Serbia votes",
        "By Milan Vukotic and Ana Ray",
        "December 27, 2022 | 10:30",
        "Tuesday, 27 December 2022",
        "3 Comments",
        "Share this:",
        "Sign up for our free newsletter",
        "© 2022 AFP",
        "Copyright 2022 AFP. All rights reserved",
        "Photo credit: AFP",
        "Image source Getty Images",
        "Source: J. Novak / U.S. Census Bureau",
        "source: https://example.org/a/very/long/address/of/a/page/that/was/copied?with=its&tail=1",
        "Comments are closed.",
        "Share on Twitter",
        "Share this article with your friends on Facebook.",
        "Follow us on Facebook for the latest news from Kosovo.",
        "Subscribe to our newsletter to get the news every morning.",
        "Last updated on Monday, December 27, 2022 at 10:30 a.m.",
    ],
)
def test_lines_around_an_article_are_boilerplate(tmp_path: Path, line: str) -> None:
    assert body(save_article(tmp_path, "a.txt", f"{line}\n\n{BODY}\n")) == BODY


@pytest.mark.parametrize(
    "line",
    [
        "Copyright law is a branch of law that protects writers.",
        "(c) The third point of the agreement was dropped.",
        "Print on demand is how most books of the year 2020 were made. It is cheap.",
        "Related parties met in Brussels.",
        "By Monday the roadblocks were gone.",
        "Watch towers stand at the border.",
        "Comments by Vucic angered Pristina on Monday evening.",
        "Source: The minister himself approved the payment of 3 million crowns in March.",
        "Source: He paid it.",
        "Source: Why did he pay it?",
        "Image source: the police say that it was taken in March. They are sure.",
        "Email to the minister shows that he knew about the payment.",
        "Share this week with the minister, said the chairman of the board.",
        "Comments were deleted.",
        "3 comments were deleted.",
        "Updated on Monday: the figure is now 5 million.",
    ],
)
def test_sentences_that_open_like_boilerplate_are_evidence(tmp_path: Path, line: str) -> None:
    assert body(save_article(tmp_path, "a.txt", f"{BODY}\n\n{line}\n")) == f"{BODY} {line}"
