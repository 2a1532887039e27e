import random

from evals.training.examples import misattribution_examples
from evals.training.synthetic.misattribution import clip, misattribute, relative_clause_claims

CONTEXT = (
    "The mayor, who asked the police for help, saw a man in Hvar on that windy day. "
    "The minister left Zadar in 2008 and did not come back before the spring of 2013."
)


def test_an_exchanged_phrase_is_the_contexts_and_is_named() -> None:
    claim = "The minister left Zadar in 2008."
    made = {found for seed in range(40) if (found := misattribute(claim, CONTEXT, random.Random(seed)))}
    assert {one.claim for one in made} >= {"The minister left Hvar in 2008.", "The minister left Zadar in 2013."}
    for one in made:
        assert all(one.claim[span.start : span.end].lower() in CONTEXT.lower() for span in one.unsupported_words)


def test_phrases_that_stand_side_by_side_are_not_exchanged() -> None:
    beside = "Zadar and Hvar were closed."
    assert misattribute("Zadar was closed.", beside, random.Random(1)) is None


def test_a_claim_without_a_phrase_of_its_context_is_left_alone() -> None:
    assert misattribute("Owls hunt.", CONTEXT, random.Random(1)) is None


def test_a_relative_clause_is_said_of_its_own_subject_and_of_another() -> None:
    made = [pair for seed in range(9) for pair in relative_clause_claims(CONTEXT, random.Random(seed))]
    assert {true for true, _ in made} == {"The mayor asked the police for help."}
    others = {"A man", "The minister", "The spring", "That windy day"}
    assert {false for _, false in made} <= {f"{one} asked the police for help." for one in others}


def test_a_clipped_sentence_ends_where_something_is_added() -> None:
    assert clip("The ferry left Split at noon, although the wind was strong.") == "The ferry left Split at noon."
    assert clip("Owls hunt.") is None


def test_what_stands_side_by_side_anywhere_is_not_exchanged() -> None:
    context = "Zadar and Hvar were closed. Nobody knows when the last of the white boats will have left Hvar."
    assert misattribute("The ports of Zadar were closed.", context, random.Random(1)) is None


def test_a_relative_clause_after_a_small_word_is_not_said_of_the_last_noun() -> None:
    assert not list(
        relative_clause_claims(
            "The mayor of Split, who asked the police for help, saw a man in Hvar.", random.Random(1)
        )
    )


def test_a_clipped_sentence_keeps_its_numbers_whole_and_ends_with_no_small_word() -> None:
    assert clip("The company said it paid 10,000 dollars, and left.") == "The company said it paid 10,000 dollars."
    assert clip("He always worked at the house in, which nobody lived.") is None


def test_sentences_to_be_measured_on_are_reworded_true_or_false_and_keep_what_was_exchanged() -> None:
    text = (
        "The mayor of Split bought many boats in May 2013, which the minister of Hvar had seen. "
        "The minister of Hvar received several letters in June 2008, although the harbour had been closed. "
        "The police in Zadar asked for help in July 2011, while the fishermen of Vis gave it."
    )
    made = list(misattribution_examples("own words", iter([("a.txt", text * 3)]), 20))
    assert {one.label for one in made} == {"supported", "unsupported"}
    assert all(one.sentence not in one.evidence[0] for one in made)
