from rag.answering.claims import Claim, Quote
from rag.answering.writing import EvidenceMatcher, NumberedEvidence
from rag.passages import Passage
from rag.text.spans import Span

TEXT = "Serbs put up roadblocks. Kosovo declared independence in 2008. KFOR has about 4,000 soldiers."
PASSAGE = Passage("a.txt", "Kosovo", None, TEXT, 0, len(TEXT), (Span(0, 24), Span(25, 62), Span(63, 93)))
ROADBLOCKS, INDEPENDENCE, SOLDIERS = (Quote(PASSAGE, span) for span in PASSAGE.sentences)
MATCHER = EvidenceMatcher(NumberedEvidence((ROADBLOCKS, INDEPENDENCE, SOLDIERS)))


def first(claim: Claim) -> tuple[Quote, ...]:
    return next(MATCHER.attributions(claim)).quotes


def test_a_claim_is_attributed_to_the_sentence_it_resembles_most() -> None:
    assert first(Claim("Independence was declared in 2008.", ())) == (INDEPENDENCE,)


def test_a_claim_is_attributed_by_its_meaning_where_the_words_are_others() -> None:
    assert first(Claim("The roads were blocked by Serbian barricades.", ())) == (ROADBLOCKS,)


def test_a_claim_that_joins_two_sentences_is_tried_on_both() -> None:
    joined = Claim("Kosovo declared its independence in 2008, and KFOR has about 4,000 soldiers there.", ())
    assert {INDEPENDENCE, SOLDIERS} in [set(one.quotes) for one in MATCHER.attributions(joined)]


def test_a_claim_with_a_name_for_a_pronoun_cites_the_sentence_before_as_well() -> None:
    text = "Josep Borrell spoke in Brussels. He called for calm on both sides."
    passage = Passage("b.txt", "Talks", None, text, 0, len(text), (Span(0, 32), Span(33, 66)))
    spoke, calm = (Quote(passage, span) for span in passage.sentences)
    tried = EvidenceMatcher(NumberedEvidence((spoke, calm))).attributions(Claim("Borrell called for calm.", (calm,)))
    assert next(tried).quotes == (spoke, calm)


def test_a_claim_cites_all_that_its_sentence_leans_on() -> None:
    texts = ("Vucic spoke.", "This was on Friday.", "He had met Serbs in Raska.")
    text = " ".join(texts)
    passage = Passage("b.txt", "Talks", None, text, 0, len(text), (Span(0, 12), Span(13, 32), Span(33, 59)))
    quotes = tuple(Quote(passage, span) for span in passage.sentences)
    assert tuple(quote.text for quote in quotes) == texts
    tried = EvidenceMatcher(NumberedEvidence(quotes[-1:])).attributions(Claim("Vucic met Serbs in Raska.", quotes[-1:]))
    assert next(tried).quotes == quotes


def test_a_claim_with_a_full_name_cites_the_sentence_that_introduces_it_as_well() -> None:
    text = "Vucic met Serbs in the town of Raska. Aleksandar Vucic, Serbia's president, spoke later. Trucks waited."
    passage = Passage("b.txt", "Talks", None, text, 0, len(text), (Span(0, 37), Span(38, 89), Span(90, 104)))
    met, introduced, _ = background = tuple(Quote(passage, span) for span in passage.sentences)
    matcher = EvidenceMatcher(NumberedEvidence((met,), background))
    claim = Claim("President Aleksandar Vucic met Serbs in the town of Raska.", (met,))
    assert (introduced, met) in [one.quotes for one in matcher.attributions(claim)]
    he = Passage("b.txt", "Talks", None, text.replace("Vucic met", "He met"), 0, len(text) - 3, (Span(0, 34),))
    nameless = Quote(he, he.sentences[0])
    matcher = EvidenceMatcher(NumberedEvidence((nameless,), background))
    tried = matcher.attributions(Claim(claim.text, (nameless,)))
    assert introduced not in [quote for one in tried for quote in one.quotes]


def test_a_claim_is_not_tried_again_on_what_it_cites() -> None:
    cited = Claim("Kosovo declared independence.", (INDEPENDENCE,))
    assert (INDEPENDENCE,) not in [one.quotes for one in MATCHER.attributions(cited)]


def test_a_claim_like_no_sentence_is_not_attributed() -> None:
    assert list(MATCHER.attributions(Claim("Owls hunt mice at night.", ()))) == []
    assert list(EvidenceMatcher(NumberedEvidence(())).attributions(Claim("It is so.", ()))) == []
