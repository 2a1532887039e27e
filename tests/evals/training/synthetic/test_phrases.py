from evals.training.synthetic.phrases import phrases


def phrases_of(text: str) -> set[tuple[str, str]]:
    return {(one.kind, text[one.start : one.end]) for one in phrases(text)}


def test_names_things_and_numbers_of_a_text_are_its_phrases() -> None:
    named = phrases_of("The mayor, who asked the police for help, left Zadar in 2008.")
    assert {("thing", "The mayor"), ("thing", "the police"), ("name", "Zadar"), ("year", "2008")} <= named


def test_a_name_ends_with_its_sentence_and_a_year_before_a_comma_is_one() -> None:
    named = phrases_of("He left Zadar. The minister, in 2008, met Gov. Brown and paid 10,000 euros.")
    assert {("name", "Zadar"), ("year", "2008"), ("name", "Gov. Brown"), ("number", "10,000")} <= named
