"""Run -> page: headline, layers with intervals, curves, and every case with its difference to the baseline."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from string import Template

from rag.evaluation.cases.suite import Suite
from rag.evaluation.compare.comparison import RunComparison
from rag.evaluation.compare.gate import GateDecision
from rag.evaluation.compare.statistics import bootstrap_interval
from rag.evaluation.metrics.scores import LAYERS, Layer, Metric
from rag.evaluation.metrics.scoring import METRICS
from rag.evaluation.report.charts import Scale, bar, curve, histogram, risk_coverage
from rag.evaluation.report.opened import body
from rag.evaluation.report.terminal import comparison_lines, format_value, gate_line
from rag.evaluation.runs.folders import Manifest
from rag.evaluation.runs.records import Record
from rag.evaluation.runs.results import Result, Results

_SHARE, _CRAG = Scale(0, 1), Scale(-1, 1)
_HERE = Path(__file__).parent


def report_html(
    suite: Suite,
    manifest: Manifest,
    asked: Sequence[Record],
    results: Results,
    baseline: Results | None,
    gate: GateDecision | None,
    opinion: str = "",
) -> str:
    """The whole page as HTML; everything an article or a model wrote is escaped.

    Args:
        suite: what was asked.
        manifest: what the run was made of.
        asked: the answers; the first of each case is shown.
        results: what was measured.
        baseline: what it is compared with; None when there is none yet.
        gate: what the gate says of it; None without a baseline.
        opinion: what a judge said, as one line; empty without one.
    """
    passed = sum(result.passed for result in results.cases)
    headline = f"{passed} of {len(results.cases)} cases pass"
    flipped = _flipped(gate.comparison if gate else None)
    return Template((_HERE / "page.html").read_text(encoding="utf-8")).substitute(
        title=escape(f"{headline} · rag eval"),
        style=(_HERE / "page.css").read_text(encoding="utf-8"),
        when=escape(f"{manifest.started} · {manifest.commit or 'no commit'}"),
        headline=headline,
        verdict=escape(gate_line(gate) if gate else "no baseline yet: rag eval bless"),
        state="bad" if gate and gate.code else "good" if gate else "soft",
        opinion=escape(opinion),
        changes=_kinds(results) + (_changes(gate.comparison) if gate else ""),
        layers=f'<div class="layers">{"".join(_layer(layer, results, baseline) for layer in LAYERS)}</div>',
        charts=_charts(results),
        cases="".join(_cases(suite, asked, results, flipped)),
        all=len(results.cases),
        failing=len(results.cases) - passed,
        changed=len(flipped),
        made=_made(manifest),
    )


def _kinds(results: Results) -> str:
    every, good = Counter(one.kind for one in results.cases), Counter(one.kind for one in results.cases if one.passed)
    rows = "".join(f"<li>{escape(kind)} <strong>{good[kind]}</strong>/{count}</li>" for kind, count in every.items())
    return f'<ul class="kinds">{rows}</ul>'


def _changes(comparison: RunComparison) -> str:
    return f'<ul class="changes">{"".join(f"<li>{escape(line)}</li>" for line in comparison_lines(comparison))}</ul>'


def _layer(layer: Layer, results: Results, baseline: Results | None) -> str:
    rows = "".join(_metric(metric, results, baseline) for metric in METRICS.values() if metric.layer == layer)
    return f'<div class="layer"><h3>{layer}</h3>{rows}</div>'


def _metric(metric: Metric, results: Results, baseline: Results | None) -> str:
    name = (
        f'<span title="{escape(metric.meaning)}">{escape(metric.name)}{"" if metric.higher_is_better else " ↓"}</span>'
    )
    values, clusters = results.values(metric.name), {one.case: one.cluster for one in results.cases}
    spread = bootstrap_interval(values, clusters)
    failed = sum(metric.name in one.failed for one in results.cases)
    if spread is None:
        reasons = Counter(one.skipped[metric.name] for one in results.cases if metric.name in one.skipped)
        why = f"{failed} not measured" if failed else reasons.most_common(1)[0][0] if reasons else "no case"
        return f'<div class="metric">{name}<span class="none">not applicable: {escape(why)}</span></div>'
    before = list(baseline.values(metric.name).values()) if baseline else []
    tick = sum(before) / len(before) if before else None
    errors = f', <span class="bad">{failed} not measured</span>' if failed else ""
    span = f"95 % interval {format_value(metric, spread.low)} to {format_value(metric, spread.high)}"
    return (
        f'<div class="metric">{name}{bar(spread, _scale(metric, values), tick)}'
        f'<span class="value" title="{span}">{format_value(metric, spread.mean)}</span>'
        f'<span class="count">{spread.cases} case{"s" * (spread.cases != 1)}{errors}</span></div>'
    )


def _scale(metric: Metric, values: Mapping[str, float]) -> Scale:
    if metric.name == "crag":
        return _CRAG
    return Scale(0, max(values.values())) if metric.layer == "cost" else _SHARE


def _charts(results: Results) -> str:
    sure = [(one.confidence, one.passed) for one in results.cases if one.answered and one.confidence is not None]
    risk = curve(risk_coverage(sure, len(results.cases)))
    times = histogram(list(results.values("seconds").values()))
    return (
        f'<div class="chart"><h3>Risk and coverage</h3>{risk}<p class="hint">Share of wrong cases among those answered,'
        " the surest first; the dot is where the product stands.</p></div>"
        f'<div class="chart"><h3>Time</h3>{times}<p class="hint">From question to final answer, index open.</p></div>'
    )


def _flipped(comparison: RunComparison | None) -> dict[str, str]:
    if comparison is None:
        return {}
    lost = {flip.case: "newly fails" for flip in comparison.lost}
    return {**lost, **{flip.case: "newly passes" for flip in comparison.won}}


def _cases(suite: Suite, asked: Sequence[Record], results: Results, flipped: Mapping[str, str]) -> Iterator[str]:
    records: dict[str, Record] = {}
    for record in asked:
        records.setdefault(record.case, record)
    cases = {case.id: case for case in suite.cases}
    for result in sorted(results.cases, key=lambda one: (one.case not in flipped, one.passed)):
        case = cases[result.case]
        opened = body(case, records.get(case.id), result, suite.corpus)
        yield _case(result, case.question, flipped.get(case.id, ""), opened)


def _case(result: Result, question: str, flip: str, opened: str) -> str:
    kinds = " ".join(["case", *(["failed"] if not result.passed else []), *(["flipped"] if flip else [])])
    state = '<span class="good">pass</span>' if result.passed else '<span class="bad">fail</span>'
    why = "" if result.passed else (result.layer or "error")
    return (
        f'<details class="{kinds}" id="{escape(result.case)}"><summary>{state}'
        f'<span>{escape(question)}<span class="id">{escape(result.case)}</span></span>'
        f'<span class="kind soft">{escape(result.kind)}</span>'
        f'<span class="why soft">{escape(" · ".join(filter(None, (why, flip))))}</span></summary>'
        f'<div class="body">{opened}</div></details>'
    )


def _made(manifest: Manifest) -> str:
    settings = ", ".join(f"{name}={told}" for name, told in manifest.settings.items())
    rows = {
        "cases": f"{manifest.suite_path} ({manifest.suite})",
        "articles": ", ".join(f"{id} {digest[:12]}" for id, digest in manifest.articles.items()),
        "prompts": ", ".join(f"{name} {digest}" for name, digest in manifest.prompts.items()) or "none",
        "settings": settings,
        "versions": ", ".join(f"{name} {version}" for name, version in manifest.versions.items()),
        "repeats": str(manifest.repeat),
    }
    told = "".join(f"<dt>{name}</dt><dd>{escape(text)}</dd>" for name, text in rows.items())
    return f'<dl class="made">{told}</dl>'
