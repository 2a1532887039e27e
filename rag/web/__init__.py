"""Web address -> files: fetches one page, or the pages of a sitemap or feed, only when a user asks."""

from rag.web.downloading import Downloads, PageFailure, WebPage, download_page, download_pages

__all__ = ["Downloads", "PageFailure", "WebPage", "download_page", "download_pages"]
