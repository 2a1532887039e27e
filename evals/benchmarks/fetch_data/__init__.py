"""Local clones of public repositories -> DATA: every labelled set that a benchmark or a training run reads.

    python -m evals.benchmarks.fetch_data DATA --sources FOLDER [--source NAME=PATH ...]

One module per family of origins; `catalogue.py` lists the sets, `record.py` and `source.py` read the origins' files,
`conversion.py` writes a set and counts what was skipped. Nothing is downloaded.
"""
