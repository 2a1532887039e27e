"""Question + hits -> ranking -> quotes: the sentences that answer, word for word, or none when none does."""

from rag.answering.quoting.calibration import CALIBRATION_FILE, calibrated_thresholds, reader_calibration
from rag.answering.quoting.candidates import Candidate
from rag.answering.quoting.confidence import CONFIDENCE_FILE, confidence_features, confidence_model
from rag.answering.quoting.question import ParsedQuestion, parse_question
from rag.answering.quoting.quote import QuoteSelection, select_quotes
from rag.answering.quoting.ranking import Ranking, rank, rank_once, read_again

__all__ = [
    "CALIBRATION_FILE",
    "CONFIDENCE_FILE",
    "Candidate",
    "ParsedQuestion",
    "QuoteSelection",
    "Ranking",
    "calibrated_thresholds",
    "confidence_features",
    "confidence_model",
    "parse_question",
    "rank",
    "rank_once",
    "read_again",
    "reader_calibration",
    "select_quotes",
]
