"""The same three steps in four stacks; evals/bench/peers.py times them side by side."""
