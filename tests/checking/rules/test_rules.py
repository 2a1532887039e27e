"""Each rule alone: what it finds, and similar claims that it must let pass."""

from collections.abc import Callable
from datetime import date

import pytest

from rag.checking.rules import (
    antonyms,
    comparatives,
    dates,
    modality,
    named_roles,
    names,
    negation,
    numbers,
    quantifiers,
    quotations,
    substitutions,
    verb_roles,
)
from rag.checking.rules.base import Finding, Pair

Rule = Callable[[Pair], tuple[Finding, ...]]


def kinds_of(rule: Rule, claim: str, *near: str, published: date | None = None) -> list[str]:
    return [finding.kind for finding in rule(Pair(claim, near, near, published))]


@pytest.mark.parametrize(
    ("rule", "claim", "evidence", "kind"),
    [
        (numbers.findings, "KFOR has 5,000 troops.", "KFOR has 4,000 troops.", "contradiction"),
        (numbers.findings, "KFOR has 5,000 troops.", "KFOR has troops in Kosovo.", "gap"),
        (numbers.findings, "Fewer than 4,000 troops are there.", "More than 4,000 troops are there.", "contradiction"),
        (dates.findings, "The war ended in June 1999.", "The war ended in May 1999.", "contradiction"),
        (dates.findings, "The war ended in September.", "The war ended on August 3.", "contradiction"),
        (numbers.findings, "A fifth of the troops are there.", "One third of the troops are there.", "contradiction"),
        (numbers.findings, "Aid of $4 billion was promised.", "Aid of $4T was promised.", "contradiction"),
        (dates.findings, "The war ended on 10 June 1999.", "The war ended in June 1999.", "doubt"),
        (dates.findings, "The war (1754–1760) was long.", "The war (1754–1763) was long.", "contradiction"),
        (dates.findings, "It lasted from 5 to 8 March 2022.", "It lasted from 5 to 7 March 2022.", "contradiction"),
        (dates.findings, "It met on 6 March 2022.", "It met from 5 to 7 March 2022.", "doubt"),
        (dates.findings, "It met on 8 March 2022.", "It met on 5 and 6 March 2022.", "contradiction"),
        (dates.findings, "The war ended in 1999.", "The war ended.", "gap"),
        (dates.findings, "It met on 28 December 2018.", "It met on 28 December.", "gap"),
        (dates.findings, "It met on 28 December 2018.", "In 2018, it met on 28 December.", "remark"),
        (names.findings, "She met Josep Borrell in Berlin.", "She met Josep Borrell.", "gap"),
        (quotations.findings, "He called it “a great step”.", "He called it “a small step”.", "gap"),
        (negation.findings, "Serbia did not accept the offer.", "Serbia accepted the offer.", "contradiction"),
        (negation.findings, "Serbia accepted the offer.", "Serbia never accepted the offer.", "contradiction"),
        (antonyms.findings, "Oil prices rose sharply in May.", "Oil prices fell sharply in May.", "contradiction"),
        (
            antonyms.findings,
            "Shells fell before the talks began.",
            "Shells fell after the talks began.",
            "contradiction",
        ),
        (antonyms.findings, "He seriously injured an officer.", "He did an officer minor injuries.", "contradiction"),
        (antonyms.findings, "The strike is legal in Kosovo.", "The strike is illegal in Kosovo.", "contradiction"),
        (quantifiers.findings, "All Serbs are protesting.", "Some Serbs are protesting.", "contradiction"),
        (quantifiers.findings, "The area is wholly Serb.", "The area is almost wholly Serb.", "doubt"),
        (
            comparatives.findings,
            "Copper is more reactive than iron.",
            "Iron is more reactive than copper.",
            "contradiction",
        ),
        (modality.findings, "Serbia sent troops.", "Serbia may send troops.", "doubt"),
        (modality.findings, "Serbia sent troops.", "Kosovo claimed that Serbia sent troops.", "doubt"),
        (named_roles.findings, "Kosovo accused Serbia.", "Serbia accused Kosovo of much.", "contradiction"),
        (named_roles.findings, "Serbia was accused by Kosovo.", "Serbia accused Kosovo of much.", "contradiction"),
        (verb_roles.findings, "Police hit the man.", "The man hit police on Sunday.", "contradiction"),
        (substitutions.findings, "Russia joined the talks late.", "Turkey joined the talks late.", "contradiction"),
        (substitutions.findings, "Ohio men joined French troops.", "French men joined Ohio troops.", "contradiction"),
        (substitutions.findings, "Talks began in Paris in July.", "Talks began in Paris in June.", "contradiction"),
        (substitutions.findings, "He calls himself “Arthur” now.", "He calls himself “Henry” now.", "contradiction"),
        (substitutions.findings, "Its peace of 1763 was short.", "Its peace of 1748 was short.", "contradiction"),
    ],
)
def test_a_rule_finds_a_claim_that_differs_from_its_evidence(rule: Rule, claim: str, evidence: str, kind: str) -> None:
    assert kind in kinds_of(rule, claim, evidence)


@pytest.mark.parametrize(
    ("rule", "claim", "evidence"),
    [
        (numbers.findings, "About four thousand troops are there.", "Some 3,900 troops are there."),
        (numbers.findings, "Aid of $5 million was promised.", "Five million dollars were promised."),
        (dates.findings, "The war ended in 1999.", "The war ended on 10 June 1999."),
        (dates.findings, "The war ended in August.", "The war ended on August 3."),
        (numbers.findings, "A third of the troops are there.", "One third of the troops are there."),
        (numbers.findings, "Aid of $4 trillion was promised.", "Aid of $4T was promised."),
        (numbers.findings, "It lies 2,500 to 3,000 metres deep.", "It lies from 2500 m to 3000 m deep."),
        (dates.findings, "It met on 5 March 2022.", "It met on 5 and 6 March 2022."),
        (dates.findings, "It met on 5 March.", "It met on 5 and 6 March 2022."),
        (dates.findings, "It met on 5 and 6 March 2022.", "It met on March 5, 2022, and on March 6, 2022."),
        (dates.findings, "The full moon of October was seen.", "The moon was seen on Oct 28, 2023."),
        (names.findings, "Albin Kurti met Serb leaders.", "Kosovo’s Albin Kurdi met Serbian leaders."),
        (names.findings, "The EU warned the US.", "The European Union warned the United States."),
        (quotations.findings, "He called it “a great … step”.", "He called it “a great and bold step” today."),
        (quotations.findings, "The “villes de surete” remained.", "The “villes de sûreté” remained."),
        (negation.findings, "Serbia refused to accept the offer.", "Serbia did not accept the offer."),
        (antonyms.findings, "Prices did not rise in May.", "Prices fell in May."),
        (antonyms.findings, "Shells fell before the talks began.", "The talks began after shells fell."),
        (antonyms.findings, "It holds up to 4 % water.", "It holds as much as 4 % water, down to a depth of 60 cm."),
        (quantifiers.findings, "Some Serbs are protesting.", "Many Serbs are protesting."),
        (comparatives.findings, "Iron is more reactive than copper.", "Iron is more reactive than copper is."),
        (comparatives.findings, "Copper is less reactive than iron.", "Iron is more reactive than copper."),
        (modality.findings, "Serbia may send troops.", "Serbia might send troops."),
        (modality.findings, "Serbia sent troops, Kosovo claimed.", "Kosovo claimed that Serbia sent troops."),
        (modality.findings, "According to Kosovo, Serbia sent troops.", "Kosovo claimed that Serbia sent troops."),
        (named_roles.findings, "Kurti met Vucic.", "Vucic met Kurti."),
        (named_roles.findings, "Kosovo was accused by Serbia.", "Serbia accused Kosovo of much."),
        (
            verb_roles.findings,
            "The man hit police.",
            "On Sunday the man hit two policemen; police were hit by the man.",
        ),
        (substitutions.findings, "A United Nations official spoke of it.", "A UN official spoke of it."),
        (substitutions.findings, "He was named the MVP of it.", "He was named the Most Valuable Player of it."),
        (substitutions.findings, "They fled to the U.S. in May.", "They fled to the United States in May."),
        (substitutions.findings, "The talks began late in 1997.", "In 1997, the talks began late."),
        (substitutions.findings, "Serb soldiers left the town.", "Serbian troops left the town."),
        (
            substitutions.findings,
            "The KFOR men sent to villages closed the bridge.",
            "Update (1446 EST): According to villages they closed the bridge.",
        ),
        (substitutions.findings, "KFOR men closed the bridge.", "According to users, men closed the bridge."),
        (substitutions.findings, "KFOR closed the bridge.", "Soldiers closed the bridge: the soldiers left."),
        (substitutions.findings, "Gal Thatcher won the vote.", "In 1975, Thatcher won the vote."),
    ],
)
def test_a_rule_lets_a_claim_pass_that_says_the_same(rule: Rule, claim: str, evidence: str) -> None:
    assert not kinds_of(rule, claim, evidence)


def test_the_reason_names_the_name_and_not_the_words_around_it() -> None:
    evidence = "After that, Kosovan security forces and soldiers of KFOR were repeatedly attacked."
    (finding,) = substitutions.findings(
        Pair("Serbian security forces and soldiers of KFOR were repeatedly attacked.", (evidence,), (evidence,), None)
    )
    assert finding.reason == "the article says Kosovan, the sentence says Serbian"


def test_an_opposite_beside_other_words_does_not_contradict_what_another_sentence_has() -> None:
    met = "The Serbian president Vucic met the Kosovo Serbs in the southern Serbian town of Raska."
    announced = "Serbian president Vucic has announced that barricades of ethnic Serbs in northern Kosovo will go."
    near = (announced, "He had met with the Kosovo Serbs in the southern Serbian town of Raska.")
    assert kinds_of(antonyms.findings, met, near[0]) == ["contradiction"]
    assert not kinds_of(antonyms.findings, met, *near)
    fell = "Oil prices fell sharply in May."
    near = ("Oil prices rose sharply in May.", "Gold prices fell in June.")
    assert kinds_of(antonyms.findings, fell, *near) == ["contradiction"]


def test_a_number_of_something_else_does_not_contradict() -> None:
    assert kinds_of(numbers.findings, "KFOR has 5,000 troops.", "It rained on 12 villages.") == ["gap"]


def test_relative_dates_are_resolved_by_the_day_of_publication() -> None:
    published = date(2022, 12, 28)
    assert not kinds_of(dates.findings, "It met on 26 December 2022.", "It met on Monday.", published=published)
    kinds = kinds_of(dates.findings, "It met on 27 December 2022.", "It met on Monday.", published=published)
    assert kinds == ["contradiction"]
