"""Labelled questions -> rag/weights/reader.onnx: how the reader is trained and measured; see docs/weights.md."""
