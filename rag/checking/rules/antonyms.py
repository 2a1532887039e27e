"""Opposites in the same place: rose where the evidence has fell, legal where it has illegal."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import product

from rag.checking.clauses import about
from rag.checking.rules.base import Finding, Pair, contradiction
from rag.checking.rules.negation import negated
from rag.text.lemmas import base
from rag.text.words import STOP_WORDS, fold

_OPPOSITES = """
    able/unable; above/below; accept/reject refuse; add/remove; admit/deny; advance/retreat; agree/disagree;
    alive/dead; allow/ban forbid prohibit prevent; ally/enemy; always/never; ancient/modern; approve/reject;
    armed/unarmed; arrive/depart leave; attack/defend; before/after; begin start/end stop finish; best/worst;
    better/worse; big/small little; bigger/smaller; biggest/smallest; born/died; brother/sister; build/demolish
    destroy; buy/sell; buyer/seller; common/rare; confirm/deny; create/destroy; day/night; deep/shallow; deny/admit
    confirm; dismantle/erect; domestic/foreign; dry/wet; earlier/later; earliest/latest; early/late; east/west;
    eastern/western; easy/difficult hard; employer/employee; encourage/discourage; enter/leave exit; erect/dismantle
    remove; escalate/ease; everyone/nobody; expand/contract; export/import; fast/slow; faster/slower; first/last;
    frequently/rarely; friend/enemy; full/empty; gain/lose; grow/shrink; guilty/innocent acquit; hard/soft;
    heavy/light; high/low; higher/lower; highest/lowest; hire/fire; hot/cold; husband/wife; improve/worsen;
    include/exclude; increase/decrease decline drop fall reduce cut; inside/outside; internal/external; join/leave
    quit; king/queen; known/unknown; large/small; larger/smaller; largest/smallest; left/right; legal/illegal;
    lend/borrow; liberal/conservative; lift/impose; light/dark; likely/unlikely; long/short; longer/shorter;
    longest/shortest; love/hate; major/minor; majority/minority; male/female; man/woman; married/divorced;
    maximum/minimum; more/less fewer; morning/evening; most/least; mother/father; north/south; northeast/southwest;
    northern/southern; northwest/southeast; odd/even; official/unofficial; often/rarely seldom; old/young new;
    older/younger; oldest/youngest newest; open/close shut; parent/child; past/future; peace/war; permanent/temporary;
    popular/unpopular; positive/negative; praise/criticize criticise condemn; present/absent; public/private;
    push/pull; raise/lower; recognized/unrecognized; release free/arrest detain jail; remember/forget; rich/poor;
    rise/fall drop decline decrease; rural/urban; safe/dangerous unsafe; same/different; senior/junior;
    similar/different; son/daughter; stable/unstable; strengthen/weaken; strong/weak; succeed/fail; success/failure;
    successful/unsuccessful; summer/winter; support/oppose; teacher/student; thick/thin; tight/loose; up/down;
    upper/lower; victory/defeat; visible/invisible; voluntary/mandatory; warm/cool; wide/narrow; win/lose;
    winner/loser; withdraw/deploy; worsen/improve ease
"""
"""Base forms; every word before a slash is the opposite of every word after it."""
_PREFIXES = ("un", "in", "im", "non", "dis", "il", "ir")
ROOT = 4
"""Letters a word needs before a prefix can deny it."""
BESIDE = 3
"""Words on each side among which two opposites must share one."""
_ORDER = frozenset(map(base, ("before", "after")))
"""What is before one thing is after another; only what follows them tells which is meant."""
_WORD = re.compile(r"\w+(?:'\w+)?", re.UNICODE)
_BOUND = re.compile(r"\b(?:up|down) (?=to\b)", re.IGNORECASE)
"""No direction: up to 4 %, down to 60 cm."""


def _pairs() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for entry in _OPPOSITES.split(";"):
        left, right = (side.split() for side in entry.split("/"))
        for one, other in product(map(base, left), map(base, right)):
            found.setdefault(one, set()).add(other)
            found.setdefault(other, set()).add(one)
    return {one: frozenset(others) for one, others in found.items()}


_OPPOSITE = _pairs()


def opposite(word: str, other: str) -> bool:
    """Whether two words say opposite things of one scale, or one denies the other by its prefix."""
    one, two = base(word), base(other)
    return two in _OPPOSITE.get(one, frozenset()) or _prefixed(one, two) or _prefixed(two, one)


def _prefixed(one: str, other: str) -> bool:
    return len(one) >= ROOT and any(other == prefix + one for prefix in _PREFIXES)


def findings(pair: Pair) -> tuple[Finding, ...]:
    """Words of the claim in whose place the evidence has their opposites, neither or both being denied."""
    return next(((found,) for sentence in pair.near for found in _opposed(pair.claim, sentence)), ())


def _opposed(claim: str, sentence: str) -> Iterator[Finding]:
    if not about(claim, sentence):
        return
    said, held = _places(claim), _places(sentence)
    denied, denying = negated(claim), negated(sentence)
    for one, other in product(said.keys() - held.keys(), held.keys() - said.keys()):
        if opposite(one, other) and (one in denied) == (other in denying) and said[one][1] & held[other][1]:
            ours, theirs = said[one][0], held[other][0]
            yield contradiction("antonyms", f"the article says {theirs}, the sentence says {ours}", theirs)


@lru_cache(maxsize=8192)
def _places(text: str) -> dict[str, tuple[str, frozenset[str]]]:
    """Base forms of a text's words, each with the word as it stands there and the topical ones beside it."""
    found = _WORD.findall(_BOUND.sub("", text.replace("’", "'")))
    forms = [base(word) for word in found]
    topical = [form if fold(word) not in STOP_WORDS else "" for word, form in zip(found, forms, strict=True)]
    return {
        form: (found[at], frozenset(topical[_from(form, at) : at] + topical[at + 1 : at + 1 + BESIDE]) - {""})
        for at, form in enumerate(forms)
    }


def _from(form: str, at: int) -> int:
    return at if form in _ORDER else max(0, at - BESIDE)
