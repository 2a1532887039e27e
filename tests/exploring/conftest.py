"""One index of the five seeds, and one of small articles whose events and names are known."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Assistant, Settings

ARTICLES = {
    "bridge.txt": """Bridge opens in Halden

12 May 2021

Mayor Ingrid Solberg opened the new bridge over the river Tista on Monday. The bridge cost 40 million crowns.
Norway paid half of it. Solberg thanked the engineers of Veidekke. In 1905 a first bridge was built at the same place.
""",
    "ferry.txt": """Ferry stops after bridge opening

14 May 2021

The new bridge over the Tista was opened by mayor Ingrid Solberg on May 10. The ferry made its last trip on Wednesday.
Captain Per Lund had steered the ferry for thirty years. The Norwegian railway plans a station beside the bridge.
""",
    "owls.txt": """Owls return to the park

The city counted 14 owls in the park on Sunday. Owls eat mice and sleep in old trees. Feeding the owls is forbidden.
""",
}


@pytest.fixture(scope="session")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    index = tmp_path_factory.mktemp("explored") / "index"
    with Assistant.open(Settings(index_dir=index, articles_dir=Path("seeds").resolve())) as assistant:
        yield assistant


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("town")
    for name, text in ARTICLES.items():
        (folder / "articles" / name).parent.mkdir(exist_ok=True)
        (folder / "articles" / name).write_text(text, encoding="utf-8")
    with Assistant.open(Settings(index_dir=folder / "index", articles_dir=folder / "articles")) as assistant:
        yield assistant
