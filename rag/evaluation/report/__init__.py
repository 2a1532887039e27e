"""Results + records -> one self-contained HTML page: no script, nothing loaded from anywhere."""

from rag.evaluation.report.page import report_html

__all__ = ["report_html"]
