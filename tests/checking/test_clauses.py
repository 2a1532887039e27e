from rag.checking.clauses import about, clause_at, clauses


def test_a_sentence_is_split_into_the_claims_it_joins() -> None:
    text = "Kosovo closed the border crossing at Merdare, and Serbia put its army on high alert."
    assert [text[start:end] for start, end in clauses(text)] == [
        "Kosovo closed the border crossing at Merdare",
        "Serbia put its army on high alert.",
    ]


def test_a_short_stretch_stays_with_its_claim() -> None:
    text = "On Monday, Serbia and Kosovo reached an agreement on licence plates."
    assert len(clauses(text)) == 1


def test_the_claim_of_a_place_is_found() -> None:
    text = "Kosovo closed the border crossing at Merdare, and Serbia put its army on high alert."
    assert "army" in clause_at(text, text.index("alert"))


def test_a_sentence_about_something_else_is_recognised() -> None:
    claim = "Serbia put its army on high alert."
    assert about(claim, "The Serbian army was on alert.")
    assert not about(claim, "The oil price rose to $12.")
