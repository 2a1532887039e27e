"""Results + records -> one self-contained HTML page: no script, nothing loaded from anywhere."""

from rag.evaluation.report.page import as_html

__all__ = ["as_html"]
