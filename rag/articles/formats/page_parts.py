"""Path of a file -> the page that a browser saved it beside, as one of its frames or scripts."""

import re
from collections.abc import Collection
from pathlib import PurePath

PAGES = (".html", ".htm", ".xhtml")
"""Endings of the names of pages."""
_FOLDER = re.compile(r"(?P<page>.+)(?:_files|_Dateien|_fichiers|_archivos|_bestanden|\.files)", re.IGNORECASE)


def is_page_part(file: PurePath, pages: Collection[PurePath]) -> bool:
    """Whether a browser saved the file beside a page, in the folder named after that page.

    Args:
        file: its path.
        pages: paths of the pages that exist, without their endings.
    """
    folders = ((folder, _FOLDER.fullmatch(folder.name)) for folder in file.parents)
    return any(match and folder.with_name(match["page"]) in pages for folder, match in folders)
