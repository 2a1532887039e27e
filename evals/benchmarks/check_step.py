"""Claims on standard input -> the verdicts of one package's checker, in a process that may reach no other host.

    PYTHON -m evals.benchmarks.check_step NAME < claims.json

Run by evals/benchmarks/other_checkers.py, with the Python that has the package. Each checker decides by its own default
threshold, with what its package brings: a model that it would download is not there.
"""

import contextlib
import json
import os
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial

Supports = Callable[[str, Sequence[str]], bool]
"""Whether a claim is supported by its evidence, a text or several."""


def _refuse(*_: object) -> None:
    raise OSError("No network here: a checker runs with what its package brings.")


def open_ours(judge: str = "") -> Supports:
    """This package's; where a set's claims were learnt from, with the scores of a network that had not seen them."""
    from rag.checking import open_judge
    from rag.evaluation.trust.cross_validated import check_held_out
    from rag.settings import Settings

    opened = open_judge(Settings(judge=judge))
    return lambda claim, evidence: check_held_out(claim, evidence, judge=opened).label == "supported"


def open_cairn() -> Supports:
    """cairn-pipeline: the share of the claim's words that the evidence has, at least a half."""
    from cairn.generate.cite import OVERLAP_THRESHOLD, overlap_share

    return lambda claim, evidence: bool(overlap_share(claim, " ".join(evidence)) >= OVERLAP_THRESHOLD)


def open_ragground() -> Supports:
    """ragground: its matching of words, and its fallback where its NLI model was not downloaded."""
    from ragground import RAGGround

    guard = RAGGround(auto_download=False)
    return lambda claim, evidence: bool(guard.verify(" ".join(evidence), claim).is_grounded)


def open_groundrails() -> Supports:
    """groundrails: its lexical pass, with the calibration that it brings and without the models that it fetches."""
    from groundrails import ground, init

    init(models="none", wordnet=False, home=tempfile.mkdtemp())
    return lambda claim, evidence: bool(ground(claim, [" ".join(evidence)], semantic=False).grounded)


def open_contexttrace() -> Supports:
    """contexttrace: its local verification of a trace, without the models of its extras."""
    from contexttrace.verify import RAGTrace, TraceContext, verify_trace

    def supports(claim: str, evidence: Sequence[str]) -> bool:
        trace = RAGTrace(query=claim, answer=claim, contexts=[TraceContext(id="evidence", text=" ".join(evidence))])
        claims = verify_trace(trace)["claims"]
        return bool(claims) and all(one["verdict"] == "supported" for one in claims)

    return supports


def open_hallucination_gate() -> Supports:
    """hallucination-gate: its heuristics, the mode that it has without models."""
    from hallucination_gate import HallucinationGate

    gate = HallucinationGate(use_heuristic=True)

    def supports(claim: str, evidence: Sequence[str]) -> bool:
        result = gate.check(claim, claim, context=[" ".join(evidence)])
        return bool(result.released and result.action == "pass")

    return supports


CHECKERS: Mapping[str, Callable[[], Supports]] = {
    "rag": open_ours,
    "rag, small network alone": partial(open_ours, "small"),
    "cairn-pipeline": open_cairn,
    "ragground": open_ragground,
    "groundrails": open_groundrails,
    "contexttrace": open_contexttrace,
    "hallucination-gate": open_hallucination_gate,
}
OURS = frozenset({"rag", "rag, small network alone"})
"""Run with this environment's Python, not with that of the other packages."""


def main(name: str) -> None:
    """Check every claim; print verdicts and seconds as JSON, and nothing else."""
    socket.socket.connect = _refuse  # type: ignore[assignment, method-assign, unused-ignore]
    os.environ |= {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
    claims = json.load(sys.stdin)
    verdicts, seconds = [], []
    with contextlib.redirect_stdout(sys.stderr):
        supports = CHECKERS[name]()
        supports("Owls hunt mice.", ["Owls hunt mice at night."])
        for claim, evidence in claims:
            started = time.perf_counter()
            verdicts.append(supports(claim, evidence))
            seconds.append(time.perf_counter() - started)
    json.dump({"supported": verdicts, "seconds": seconds}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
