"""Word -> the stem of its base form: sent and send are one, as are mice and mouse."""

from functools import lru_cache

from rag.text.words import content, fold, stem

_IRREGULAR = """
arose arisen arise; ate eaten eat; became become; beat beaten beat; began begun begin; bent bend; bit bitten bite; bled
bleed; blew blown blow; bore borne bear; bought buy; bound bind; bred breed; broke broken break; brought bring; built
build; burnt burn; came come; caught catch; children child; chose chosen choose; clung cling; crept creep; dealt deal;
did done do; drank drunk drink; drawn drew draw; driven drove drive; dug dig; fallen fell fall; fed feed; feet foot;
felt feel; fled flee; flew flown fly; forbade forbidden forbid; forgot forgotten forget; fought fight; found find;
frozen froze freeze; gave given give; gone went go; got gotten get; grew grown grow; had has have; heard hear; held
hold; hid hidden hide; hung hang; kept keep; knew known know; laid lay; leant lean; learnt learn; led lead; left leave;
lent lend; lit light; lives life; lost lose; made make; meant mean; men man; met meet; mice mouse; mistaken mistook
mistake; overcame overcome; oversaw overseen oversee; overthrew overthrown overthrow; paid pay; ran run; rang rung ring;
ridden rode ride; risen rose rise; said say; sang sung sing; sank sunk sink; sat sit; saw seen see; sent send; shaken
shook shake; shone shine; shot shoot; shown show; shrank shrunk shrink; slain slew slay; slept sleep; slid slide; sold
sell; sought seek; spent spend; spoke spoken speak; sprang sprung spring; stole stolen steal; stood stand;
struck strike; stuck stick; swam swum swim; swept sweep; sworn swore swear; swung swing; taken took take; taught teach;
teeth tooth; thieves thief; thought think; threw thrown throw; told tell; tore torn tear; understood understand;
undertaken undertook undertake; upheld uphold; wept weep; withdrawn withdrew withdraw; withheld withhold; withstood
withstand; wives wife; woken woke wake; women woman; won win; wore worn wear; wound wind; written wrote write; died
dying die; lied lying lie; tied tying tie
"""
_BASES = {form: forms[-1] for forms in map(str.split, _IRREGULAR.split(";")) for form in forms}


@lru_cache(maxsize=65536)
def base(word: str) -> str:
    """Stem of a word's base form, whatever its case and accents."""
    folded = fold(word)
    return stem(_BASES.get(folded, folded))


def bases(text: str) -> frozenset[str]:
    """Base stems of a text's content words."""
    return frozenset(base(word.folded) for word in content(text))
