"""Refusals in many words, and sentences that resemble them and state something, from one grammar."""

import random
import re
from collections.abc import Iterator, Mapping, Sequence

GRAMMAR: Mapping[str, Sequence[str]] = {
    "refusal": [
        "{source} {not} {tell} {asked}",
        "{source} {not} {tell} {anything} {about} {topic}",
        "{topic} {be} {not-done} {done}{where}",
        "{clause} {be} {not-done} {done}{where}",
        "{exists} no {fact} {about} {topic}{where}",
        "no {fact} {about} {topic} {can-be} {done}{where}",
        "no {fact} {can-be} {done}{where}",
        "{i} {cannot} {find} {asked}{where}",
        "{sorry} I {do-not} {know}",
        "{it-is} {unclear}{where} {clause}",
        "{none} {of} {source} {tells} {asked}",
        "{source} {silent} {asked}",
        "{question} {unanswered} {in} {source}",
        "{there} {too-little} {material} {purpose}",
        "{answer} {be} {not-there} {done}{where}",
        "{topic} {left-out}{where}",
        "{topic} {nowhere}{where}",
        "{we-are} {not-told} {asked}",
        "{bare}",
    ],
    "claim": [
        "{who} {would-not} {clause}",
        "{who} {gave} no {fact} {about} {topic}",
        "{topic} {withheld}, {who} said",
        "{who} {leaves-out} {topic}",
        "{topic} {is-so}",
        "{nobody} {did}",
        "{who} {refuses} {deed}",
        "{there-are} {missing-thing}",
        "{source} {describe} {topic}",
        "{source} {affirm} {topic} {is-so}",
        "{topic} {is-so}, as stated in {source}",
    ],
    "source": [
        *(
            f"{one}{two}"
            for one in ("the ", "these ", "the provided ", "the given ", "the numbered ", "any of the ", "")
            for two in ("articles", "passages", "sentences", "texts", "sources", "documents", "excerpts", "reports")
        ),
        *("the text", "the context", "this article", "the news", "the source text", "the coverage", "the snippets"),
    ],
    "not": ["do not", "don't", "does not", "doesn't", "did not", "didn't", "have not", "never", "cannot", "will not"],
    "tell": [
        *("say", "mention", "state", "tell", "specify", "reveal", "explain", "give", "contain", "include", "provide"),
        *("discuss", "address", "cover", "name", "describe", "report", "disclose", "touch on", "answer", "identify"),
    ],
    "anything": ["anything", "information", "any details", "specifics", "a figure", "much"],
    "about": ["about", "on", "of", "regarding", "for"],
    "asked": ["{topic}", "{clause}", "that", "it", "this", ""],
    "topic": [
        *("the price of the tickets", "the name of the driver", "the number of victims", "the age of the defendant"),
        *("the reason for the delay", "the date of the election", "the capital of Norway", "the height of the tower"),
        *("the author of the letter", "the result of the match", "the size of the army", "the cause of the fire"),
        *("the cost of the bridge", "the population of the city", "his wife", "the budget", "the winner of the prize"),
        *("the terms of the agreement", "the salary of the mayor", "of", "the of the", "the"),
    ],
    "clause": [
        *("how many people died", "who won the race", "when the museum opens", "why the strike began", "how much it"),
        *("where the ship was built", "what the law demands", "how old the king was", "who wrote the letter", "who"),
        *("whether the plan was approved", "how much it cost", "which team she joined", "what happened next", "when"),
        *("when it will be decided", "how long the war lasted", "why he resigned", "how many", "why", "how many in"),
    ],
    "be": ["is", "was", "are", "were", "has been", "had been"],
    "not-done": ["not", "never", "nowhere"],
    "done": [
        *("mentioned", "stated", "given", "specified", "provided", "named", "explained", "reported", "disclosed"),
        *("found", "included", "discussed", "covered", "addressed", "indicated", "identified", "described", "known"),
        *("available", "clear", "said", "told", "revealed", "contained"),
    ],
    "where": ["", "", " {in} {source}"],
    "in": ["in", "within", "from", "anywhere in", "based on", "according to", "by"],
    "of": ["in", "of"],
    "exists": ["there is", "there was", "I found", "I see", "I have", "they give", "they contain", "it gives"],
    "fact": [
        *("information", "mention", "data", "details", "figure", "answer", "reference", "word", "evidence"),
        *("indication", "date", "number", "name", "reason", "explanation"),
    ],
    "can-be": ["is", "was", "could be", "can be", "has been"],
    "i": ["I", "we", "one"],
    "cannot": ["cannot", "can't", "could not", "am unable to", "was unable to", "couldn't"],
    "find": ["find", "tell", "determine", "say", "see", "answer", "confirm", "locate", "provide", "identify"],
    "sorry": ["I am sorry, but", "sorry,", "unfortunately,", "I apologize, but", ""],
    "do-not": ["do not", "don't"],
    "know": ["know", "have that information", "have information about {topic}", "have enough information", "see it"],
    "it-is": ["it is", "it was", "it remains", "it's"],
    "unclear": [
        *("unclear", "not clear", "not possible to say", "impossible to tell", "not known", "unknown", "not stated"),
        *("not said", "not mentioned", "not specified", "impossible to determine", "left open"),
    ],
    "none": ["nothing", "none"],
    "tells": ["says", "mentions", "tells us", "gives", "states", "explains", "answers", "speaks of", "addresses"],
    "silent": [
        *("says nothing about", "say nothing on", "are silent on", "is silent about", "gives no {fact} of", "lack"),
        *("contain no {fact} about", "make no mention of", "offer no {fact} on", "have nothing on", "leave open"),
        *(
            "omit",
            "hold no {fact} about",
            "show no trace of",
            "help nothing with",
            "do not help with",
            "fail to mention",
            "fails to state",
            "do not go into",
            "provide no {fact} for",
        ),
    ],
    "question": ["the question", "this question", "your question", "this", "that"],
    "unanswered": [
        "cannot be answered",
        "could not be answered",
        "is not answered",
        "goes unanswered",
        "has no answer",
    ],
    "there": ["there is", "there was", ""],
    "too-little": ["not enough", "insufficient", "too little"],
    "material": ["information", "detail", "evidence", "context", "data"],
    "purpose": ["to answer the question", "to say", "to tell {clause}", "{in} {source}"],
    "answer": ["the answer", "an answer", "the information", "such a figure", "that detail", "a date", "the name"],
    "not-there": ["not", "nowhere", "not to be"],
    "left-out": ["goes unmentioned", "remains unnamed", "remains unknown", "is left out", "is missing", "is absent"],
    "nowhere": [
        "does not come up",
        "is nowhere to be found",
        "never comes up",
        "is not something we learn",
        "is not there",
    ],
    "we-are": ["readers are", "the reader is", "I see that one is", "nobody is", "I was", "we were"],
    "not-told": [
        "not told",
        "left without a word on",
        "given no hint of",
        "not informed about",
        "left in the dark about",
    ],
    "bare": [
        *("unknown", "not stated", "not mentioned", "not specified", "no answer", "no information", "not available"),
        *("not given", "unspecified", "no data", "none given", "not found", "no mention", "unclear", "not known"),
    ],
    "lead": ["", "", "", "", "however, ", "unfortunately, ", "based on the passages, ", "while ", "but ", "though "],
    "who": [
        *("the police", "a spokesman", "officials", "the minister", "the company", "the court", "the president"),
        *("prosecutors", "the mayor", "the agency", "the law", "the treaty", "the letter", "the statement", "he"),
        *("the constitution", "witnesses", "the coach", "she", "the contract", "the bill", "the union", "the report"),
    ],
    "would-not": [
        "did not say",
        "has not said",
        "would not say",
        "declined to say",
        "refused to say",
        "did not explain",
    ],
    "gave": ["gave", "released", "provided", "had", "offered", "found"],
    "withheld": [
        *("was not released", "is not known", "was not clear at first", "has not been announced", "was never found"),
        *("is disputed", "is still unknown", "was kept secret"),
    ],
    "leaves-out": ["does not mention", "makes no mention of", "did not mention", "says nothing about", "omits"],
    "is-so": ["is about 400", "was announced on Monday", "is a secret", "was unchanged", "is due to the weather"],
    "nobody": ["nobody", "no one", "none of them", "nothing"],
    "did": ["was hurt", "was arrested", "has claimed responsibility", "changed", "attended", "was stolen"],
    "refuses": ["does not", "did not", "has never", "will not", "cannot", "refuses to"],
    "deed": [
        *("recognise the state", "attend the meeting", "sign the agreement", "leave the country", "support the plan"),
        *("accept the result", "know the victims", "answer questions from reporters", "comment", "score"),
    ],
    "describe": ["describe", "mention", "discuss", "focus on", "give", "report", "name", "explain", "deal with"],
    "affirm": ["say that", "state", "mention that", "report that", "say", "note that", "indicate that", "show"],
    "there-are": ["there is no", "there was no", "there are no"],
    "missing-thing": [
        *("evidence of a crime", "date for the talks", "written form of the language", "need for a visa", "agreement"),
        *("hospital on the island", "air traffic", "king in the country", "water on the planet", "talks planned"),
    ],
}
"""Symbol -> what it may become; {symbols} within are replaced in turn."""
_SYMBOL = re.compile(r"\{([a-z-]+)\}")


def sample_refusals(seed: int) -> Iterator[str]:
    """Endless refusals: "No figure for the size of the army was given in these texts."."""
    return _sample("{lead}{refusal}", seed)


def sample_denials(seed: int) -> Iterator[str]:
    """Endless claims of what somebody did not say or do: "The mayor gave no reason for the delay."."""
    return _sample("{claim}", seed)


def _sample(start: str, seed: int) -> Iterator[str]:
    chance = random.Random(seed)
    while True:
        text = " ".join(_expand(start, chance).split())
        yield f"{text[:1].upper()}{text[1:]}{chance.choice(('.', '.', '.', ''))}"


def _expand(text: str, chance: random.Random) -> str:
    while _SYMBOL.search(text):
        text = _SYMBOL.sub(lambda symbol: chance.choice(GRAMMAR[symbol.group(1)]), text, count=1)
    return text
