"""Question + hits -> ranking: every sentence scored, best first, and how likely it is that they answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.answering.quoting.calibration import WITHOUT_READER, Thresholds, reader_calibration, second_calibration
from rag.answering.quoting.candidates import Candidate, score_candidates
from rag.answering.quoting.confidence import estimate_confidence, reader_features
from rag.answering.quoting.marking import mark_candidates, rescore
from rag.answering.quoting.question import ParsedQuestion, parse_question
from rag.answering.quoting.second_reading import choose_hits, rescore_again, second_features
from rag.reading import Reader
from rag.retrieval import Hit
from rag.text.scripts import script_language


@dataclass(frozen=True, slots=True)
class Ranking:
    """The sentences of the hits ordered by how well they answer; quoting and writing both choose from it."""

    question: ParsedQuestion
    """The question as it was searched for."""
    hits: tuple[Hit, ...]
    """In the order of retrieval."""
    candidates: tuple[Candidate, ...]
    """Every sentence of the hits, highest score first."""
    confidence: float
    """Probability that the hits hold the answer, 0 to 1; 0 without hits."""
    thresholds: Thresholds
    """Those that the confidence was calibrated for."""


def rank(question: str, hits: Sequence[Hit], reader: Reader | None = None, shown: str = "") -> Ranking:
    """Score every sentence of the hits for a question, once for all that use them.

    Args:
        question: as it was searched for, understandable alone.
        hits: in the order of retrieval, with the cosine of each sentence.
        reader: marks the sentences, and its second one those of the best passages again where it is in doubt; without
            one they are scored by words and cosines.
        shown: earlier answers; a sentence of them is no candidate again.

    Raises:
        ReaderError: the reader cannot be run.
    """
    return read_again(rank_once(question, hits, reader, shown), reader)


def rank_once(question: str, hits: Sequence[Hit], reader: Reader | None, shown: str = "") -> Ranking:
    """The ranking of a first reading alone; arguments and errors as of `rank`."""
    parsed = parse_question(question)
    scored = tuple(one for one in score_candidates(parsed, hits) if one.text not in shown)
    if reader is None or not scored:
        return Ranking(parsed, tuple(hits), scored, estimate_confidence(parsed, scored), WITHOUT_READER)
    calibration = reader_calibration()
    marked = rescore(mark_candidates(reader, parsed, hits, scored), calibration.sentence)
    confidence = calibration.confidence.probability(reader_features(parsed, marked, scored))
    return Ranking(parsed, tuple(hits), marked, confidence, calibration.thresholds)


def read_again(first: Ranking, reader: Reader | None) -> Ranking:
    """The ranking after the reader's second one read the best passages; as it was where there is none, or nothing.

    In another script than Latin the network would know no words.

    Raises:
        ReaderError: the second reader cannot be run.
    """
    if reader is None or reader.second is None or not first.candidates:
        return first
    calibration = second_calibration()
    if first.confidence >= calibration.doubted_below or script_language(first.question.text):
        return replace(first, thresholds=calibration.thresholds)
    hits = choose_hits(first.hits, first.candidates)
    ranked = rescore_again(
        mark_candidates(reader.second, first.question, hits, first.candidates), hits, calibration.sentence
    )
    confidence = calibration.confidence.probability(second_features(first.confidence, ranked, hits))
    return replace(first, candidates=ranked, confidence=confidence, thresholds=calibration.thresholds)
