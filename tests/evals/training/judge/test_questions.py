from evals.training.judge.questions import focus_context

SENTENCES = ("The bridge closed in May.", "Ice had cracked a pier.", "Repairs cost 2 million.", "It opened again.")


def test_the_focused_sentence_stands_where_its_span_says_between_its_neighbours() -> None:
    text, focus = focus_context("The bridge", SENTENCES, 2)
    assert (
        text == "The bridge. The bridge closed in May. Ice had cracked a pier. Repairs cost 2 million. It opened again."
    )
    assert text[focus.start : focus.end] == "Repairs cost 2 million."


def test_long_neighbours_are_left_out() -> None:
    long = "word " * 80
    text, focus = focus_context("", (long, "It fell.", long), 1)
    assert text == "It fell."
    assert (focus.start, focus.end) == (0, 8)
