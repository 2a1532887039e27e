"""Cases + Assistant -> what a change did: cases -> runs -> metrics by layer -> comparison -> gate and report.

    cases/     JSONL + articles -> Suite; datasets/ and generation make cases
    runs/      Suite + Settings -> records (ask) -> results (run), in a folder a run; publish writes its report
    metrics/   record -> scores by layer: retrieval, grounding, answer, behaviour, cost; scoring joins them
    compare/   two results -> statistics -> comparison -> gate
    trust/     faults, regressions -> selftest; labels -> calibration of the checker and the judge
    report/    results, comparison, gate -> terminal, HTML page, JUnit XML, one case explained
    judge.py   a language model as a second opinion on faithfulness
    commands/  rag eval; plugin.py: the same cases as pytest tests; exit_code.py

Everything is asked through `Assistant`; nothing of the product is computed a second time.
"""
