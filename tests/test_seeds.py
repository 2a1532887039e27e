from hashlib import sha256
from pathlib import Path

SEEDS = Path(__file__).parent.parent / "seeds"
SHA256 = {
    "000_73ca6ee7cab9a54b.txt": "ff994eb127859600530ca2eaf51fb3b8d079abc4b75636248f92e1176cdcca12",
    "001_2e2e98b3d9c7dbb6.txt": "69f04a002dd72948071b76814c63c70ce617e5adbc72591d2877f66cb36cd3f8",
    "002_852ae79f1da61285.txt": "245536efdf7f6d23c56e0618e68334d64563d3c24f18259fa70708c613092bc6",
    "003_31c57fc9ef202b26.txt": "4e7b0edf104f1d97cdce875a9a43debd3d3e54d2d7e00e8e09a0b5931ea43481",
    "004_4aea4f644b0fb289.txt": "3f457f1d12d0d990bf7039b5d8c9ee82579778590477c14acf28d16507ce2a52",
}


def test_the_five_articles_are_as_they_came_byte_for_byte() -> None:
    assert {file.name: sha256(file.read_bytes()).hexdigest() for file in SEEDS.iterdir()} == SHA256
