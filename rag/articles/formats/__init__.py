"""File -> articles: one converter a format; each raises ArticleError with the reason for a file it cannot read."""

from rag.articles.formats.bundles import archive_articles, book, feed
from rag.articles.formats.content import Converter
from rag.articles.formats.mail import mail, mailbox, outlook_mail, saved_page
from rag.articles.formats.office import open_document, rich_text, slides, spreadsheet
from rag.articles.formats.pdf import pdf
from rag.articles.formats.plain import markdown_text, plain_text
from rag.articles.formats.records import csv_articles, json_articles, jsonl_articles
from rag.articles.formats.web import web_page
from rag.articles.formats.word import word_document

READING = 7
"""Incremented whenever a converter reads files otherwise; the next ingest then reads every file once more, and embeds
only the articles that changed by it."""

FORMATS: dict[str, Converter] = {
    ".txt": plain_text,
    ".text": plain_text,
    ".rst": plain_text,
    ".md": markdown_text,
    ".markdown": markdown_text,
    ".html": web_page,
    ".htm": web_page,
    ".xhtml": web_page,
    ".mhtml": saved_page,
    ".mht": saved_page,
    ".pdf": pdf,
    ".docx": word_document,
    ".odt": open_document,
    ".rtf": rich_text,
    ".pptx": slides,
    ".xlsx": spreadsheet,
    ".csv": csv_articles,
    ".tsv": csv_articles,
    ".json": json_articles,
    ".jsonl": jsonl_articles,
    ".ndjson": jsonl_articles,
    ".rss": feed,
    ".atom": feed,
    ".eml": mail,
    ".msg": outlook_mail,
    ".mbox": mailbox,
    ".epub": book,
}
"""File suffix -> what reads it; the one list of formats."""
FORMATS[".zip"] = archive_articles(dict(FORMATS))
