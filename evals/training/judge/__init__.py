"""The judge: one network that reads a claim beside evidence, or a question beside a sentence that may answer it."""
