"""The same three steps in four stacks; evals/benchmarks/peers.py times them side by side."""
