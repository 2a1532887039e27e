"""Cases + Assistant -> what a change did: cases -> runs -> metrics by layer -> comparison -> gate and report.

    cases, corpus -> suite -> running -> records
                  -> {finding, grounding, answering, behaviour, cost} -> scoring -> results
                  -> statistics -> comparison -> gate -> telling, explaining, report, junit, plugin
    faults, regressions -> selftest    labels -> calibration    judging    datasets, generating -> cases

Everything that is asked goes through `Assistant`; nothing of the product is computed a second time.
"""
