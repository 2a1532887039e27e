import random

from evals.training.synthetic.reversal import Reversal, reversals


def generate(sentence: str, context: str = "") -> set[Reversal]:
    return {one for seed in range(40) for one in reversals(sentence, context or sentence, random.Random(seed))}


def test_what_somebody_did_is_told_in_both_voices_and_the_other_way_round() -> None:
    claims = generate("Serbian protesters attacked the police on Sunday.")
    assert {one.claim for one in claims if one.supported} == {
        "Serbian protesters attacked the police.",
        "The police were attacked by Serbian protesters.",
        "Serbian protesters attacked the police on Sunday.",
    }
    assert {one.claim for one in claims if not one.supported} >= {
        "The police attacked Serbian protesters.",
        "Serbian police attacked the protesters.",
        "The protesters were attacked by Serbian police.",
        "The police attacked Serbian protesters on Sunday.",
    }


def test_the_words_in_the_wrong_places_are_named() -> None:
    for one in generate("The mayor praised the minister."):
        wrong = {one.claim[span.start : span.end].lower() for span in one.unsupported_words}
        assert wrong == (set() if one.supported else {"the mayor", "the minister"})


def test_what_may_not_have_happened_or_has_no_doer_is_left_alone() -> None:
    assert not generate("If the mayor praised the minister, nobody heard it.")
    assert not generate("The mayor denied that he praised Kurti and that the judge freed the thief.")
    assert not generate("The mayor met the minister.")
    assert not generate("The strike started Tuesday.")


def test_a_party_that_goes_on_is_not_cut_off() -> None:
    assert not generate("The mayor praised President Kurti’s plan.")
    assert not generate("The company released a short, but informative, video.")


def test_a_noun_that_is_no_subject_does_nothing() -> None:
    assert not generate("An attack on the embassy wounded the ambassador.")
    assert not generate("The man who shot the mayor praised the minister.")


def test_nothing_is_made_of_parties_that_may_have_acted_either_way() -> None:
    context = "The army attacked the rebels. On Monday the rebels attacked the army near the river."
    assert not generate("The army attacked the rebels.", context)
    assert not generate("The rebels fought the army.")


def test_a_true_sentence_is_never_called_false() -> None:
    claims = generate("Serbian police attacked Croatian police on Sunday.")
    assert all(one.claim != "Serbian police attacked Croatian police." for one in claims if not one.supported)


def test_what_is_only_believed_is_not_told_as_a_deed() -> None:
    assert not generate("Many feared that the mayor attacked the minister.")
