"""References to the cited articles, as other programs read them."""

import re

from rag.answering.answer import Answer, Citation, Disagreement, Side
from rag.chat.exchanges import Chat, Exchange
from rag.chat.references import export_bibtex


def test_each_reference_has_a_key_of_its_own() -> None:
    articles = ["mail.mbox/1", "mail.mbox/2", "Вести.txt", "Новости.txt", "a b.txt", "A-b.md", "a-b-2.txt"]
    cited = tuple(Citation(number, id, "News", None, "It rained.", 0, 10) for number, id in enumerate(articles, 1))
    voices = Disagreement(sides=(Side("rain", tuple(citation.number for citation in cited)),))
    answer = Answer("Why?", "It rained.", "answered", citations=cited, disagreements=(voices,))
    bibtex = export_bibtex(Chat("x", (Exchange("Why?", answer=answer),)))
    keys = re.findall(r"@misc\{(.*),", bibtex)
    assert keys == ["mail-mbox-1", "mail-mbox-2", "article", "article-2", "a-b", "A-b-2", "a-b-2-2"]
