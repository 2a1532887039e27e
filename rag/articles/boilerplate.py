"""Text -> boilerplate: the spans of an article that are not evidence."""

import re
from collections.abc import Iterable, Iterator

from rag.articles import dating
from rag.text.spans import Span

_BLANK = "\ufeff \t\r\xa0"
_LINE = re.compile(r"[^\n]+")
_TEASER = r"(?:related|read[ ](?:more|also|next)|see[ ]also|more[ ]on[ ]this|watch|listen|don['’]t[ ]miss)"
_CREDIT = r"(?:[^.!?]|[.!?](?=\S)|\.(?=\s)(?<=\b\w\.)){0,60}"
"""Short, and no sentence: "Source:" is the label of a speaker in interviews, too."""
_WHOLE_LINE = re.compile(
    rf"""{_TEASER}(?:(?:\s*:|\s{{2,}}|\xa0).*)?     # RELATED: Hungary, Serbia announce ...
    | (?:leave\ a\ (?:reply|comment)|post\ a\ comment).{{0,20}}
    | (?:\d+\ )?comments?(?:\ \(\d+\))?(?:[^.!?]{{0,20}}|\ are\ (?:now\ )?(?:closed|disabled|moderated|off|open)\.)
    | your\ email\ address\ will\ not\ be\ published.*
    | required\ fields\ are\ marked.*
    | save\ my\ name,\ email.*
    | (?:(?:share|tweet|print|email)\ this\ (?:article|story|post|page|link)|follow\ us|sign\ up|subscribe)
      (?:\ (?:this|on|to|for|with|by|via)\b[^.]{{0,100}}\.?|\s*:|\.)?
    | (?:we\ use\ cookies|this\ (?:site|website)\ uses\ cookies).*
    | (?:©|(?:\(c\)|copyright)\s*(?:©|\(c\)|\d{{4}})).*
    | (?-i:By\ [A-Z])[\w.'’-]+(?:\ (?-i:[A-Z])[\w.'’-]+){{1,3}}(?:(?:,|\ and|\ \|).{{0,60}}[^.])?
    | all\ rights\ reserved.*
    | (?:skip\ to\ (?:main\ )?content|click\ here).*
    | (?:photo\ credit\b:?|image\ source\b:?|source:)\s*(?:https?://\S*|{_CREDIT})
    | this\ is\ (?:a\ )?developing(?:\ story)?\b.{{0,60}}
    | (?-i:(?:(?:[A-Z][\w.’'-]*|writers?|reporters?|journalists?|correspondents?|and|in|also),?\ ){{2,20}})
      contributed\ to\ this\ (?:report|story|article)\.?
    | \((?:additional\ )?reporting\ by\ .{{3,200}}\) | (?:additional\ )?reporting\ by\ (?-i:[A-Z]).{{3,200}}[^.]
    | (?:brief\ )?news\ from\ [\w\ ]{{2,40}}\.?
    | update\ \([^)]*\)\s*:?                        # an entry of a live blog with nothing in it
    """,
    re.IGNORECASE | re.VERBOSE,
)
_UNLESS_SENTENCE = re.compile(
    r"""(?:last\ updated|updated|published|posted)(?:\ on|\ at|:).{0,60}
    | (?:share|tweet|print|email|advertisement|sponsored)(?:\ (?:this|on|to|for)\b[^.]{0,100}\.?|\s*:)?
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Lines that a site puts around an article, unless they are sentences: "Email to him shows that he knew about it."."""
_SENTENCE_WORDS = 6
_SENTENCE_END = re.compile(r"(?<![ap]\.m)[.!?][\"”’)]*\Z")
_WORD = re.compile(r"[^\W\d_]{2,}|\bI\b")
_WALL = re.compile(
    r"(?:please )?(?:enable|accept|allow|turn on) (?:all )?(?:cookies|javascript)\b.{0,400}"
    r"|(?:your|this) browser (?:does not support|has disabled|is (?:out of date|not supported)).{0,300}"
    r"|(?:checking (?:your browser|if the site connection is secure)|verify(?:ing)? (?:that )?you are human).{0,200}"
    r"|(?:javascript|cookies) (?:is|are) (?:disabled|required|not enabled)\b.{0,300}",
    re.IGNORECASE,
)
"""What a site shows in place of an article."""
_CAPTION_TIME = re.compile(
    r"(?:\d{1,2}:)?\d{2}:\d{2}[.,]\d{3}\s+-->\s+(?:\d{1,2}:)?\d{2}:\d{2}[.,]\d{3}.{0,80}|WEBVTT.{0,40}"
)
_CLOSING = re.compile(
    r"(?:(?:this )?(?:week|today|day|month)['’]s )?"
    r"(?:top|latest|trending|popular|more|recent|related) (?:stories|news|articles|posts)\W*"
    r"|about the author\W*|you (?:may|might) also like\W*|recommended(?: for you)?\W*",
    re.IGNORECASE,
)
"""A heading after which nothing belongs to the article: story lists and author boxes run to the end."""
_REST_OF_HEADING = re.compile(r"[^\n]*(?:\n(?:=+|-{3,})[ \t\r]*(?=\n|\Z))?")
_SIGN_OFF = re.compile(r"(?<=[.”\"] )(?:Brief )?News from [A-Z][\w ]{2,40}\.\s*\Z")
_DATELINE = re.compile(r"\A\ufeff?\s*date \d{4}-\d{2}-\d{2}\s+", re.IGNORECASE)


def find_boilerplate(text: str, known: Iterable[Span] = (), headline: Span = Span(0, 0)) -> tuple[Span, ...]:  # noqa: B008
    """Spans that are not evidence, ascending, not overlapping.

    Args:
        text: of the article.
        known: spans that are not evidence for other reasons: front matter, code.
        headline: its span; empty when there is none.

    The headline is among them: an editor writes it, and it may claim what the body does not.
    """
    spans = sorted(
        span for span in (*known, _line_of(text, headline), *_lines(text), *_edges(text)) if span.end > span.start
    )
    return tuple(_merged(spans))


def is_wall(text: str) -> bool:
    """Whether a site gave its request for cookies, scripts or proof of humanity in place of an article."""
    return any(_WALL.fullmatch(line.group().strip(_BLANK)) for line in _LINE.finditer(text[:2000]))


def _line_of(text: str, headline: Span) -> Span:
    """The headline with the marks of a Markdown heading around it, or the line under it."""
    if headline.start == headline.end:
        return headline
    rest = _REST_OF_HEADING.match(text, headline.end)
    return Span(text.rfind("\n", 0, headline.start) + 1, rest.end() if rest else headline.end)


def _lines(text: str) -> Iterator[Span]:
    for number, match in enumerate(_LINE.finditer(text)):
        line = match.group().strip(_BLANK)
        if _CLOSING.fullmatch(line) and match.start() > len(text) // 2:
            yield Span(match.start(), len(text))
        elif (
            _is_furniture(line)
            or _WALL.fullmatch(line)
            or _CAPTION_TIME.fullmatch(line)
            or (number < dating.TOP_LINES and _is_dateline(line))
        ):
            yield Span(*match.span())


def _is_furniture(line: str) -> bool:
    """Whether a site, not the writer, put the line there: a form, a teaser, a credit, a notice."""
    sentence = _SENTENCE_END.search(line) and len(_WORD.findall(line)) >= _SENTENCE_WORDS
    return bool(_WHOLE_LINE.fullmatch(line) or (not sentence and _UNLESS_SENTENCE.fullmatch(line)))


def _is_dateline(line: str) -> bool:
    return (dating.lone_date(line) or dating.byline_date(line)) is not None


def _edges(text: str) -> Iterator[Span]:
    if text.startswith("\ufeff"):
        yield Span(0, 1)
    for match in (_DATELINE.search(text), _SIGN_OFF.search(text)):
        if match:
            yield Span(*match.span())


def _merged(spans: list[Span]) -> Iterator[Span]:
    while spans:
        start, end = spans.pop(0)
        while spans and spans[0].start <= end:
            end = max(end, spans.pop(0).end)
        yield Span(start, end)
