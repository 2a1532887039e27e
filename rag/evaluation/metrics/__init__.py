"""Record -> scores: one file a layer, which lists its metrics in `METRICS` and gives each a score in `measure`.

To add a metric: write a `Metric(name, layer, meaning)` in the file of its layer, add it to `METRICS` there, and return
its score from `measure` (a number, or not applicable with the reason). Report, comparison, gate and baseline take every
metric of `METRICS` by themselves. Then a test in tests/evaluation/metrics/, a word in docs/evaluation.md, and
`rag eval bless`, since the old baseline has no value for it.

To add a layer: a new file with `METRICS` and `measure`, and its name in `scores.LAYERS` and `scoring`.
"""
