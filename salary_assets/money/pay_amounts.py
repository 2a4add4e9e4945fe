"""Finds amounts in a text and decides which of them are pay, from what stands around them on their line.

Works line by line: a pay cue ("зп", "salary", 💰) speaks for the amounts after it on its line, or on the next line
when it stands alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from salary_assets.money.pay_grammar import Grammar, first_name, grammar

_DIGIT = re.compile(r"\d")
_PHONE = re.compile(r"(?<![\d.,])(?:\+\d|8)[ (-]{0,2}\d{3}[ )-]{0,2}\d{3}[ -]?\d{2}[ -]?\d{2}(?!\d)")
_LETTER_DIGITS = re.compile(r"(?<![а-яёa-z\d])з(?=[о0\d]\d)|(?<=\d)[оo](?=[оo\d -])|(?<=\d[оo0])[оo]")
_SENTENCE_END = re.compile(r"[.!?;]\s+[а-яёa-z]{2}")
_LIST_MARK = re.compile(r"^\W*(?:\d{1,2}[.)] )?\W*$")
_CYRILLIC = re.compile(r"[а-яё]")
_LATIN_WORDS = re.compile(r"(?:[a-z]{2,}\W+){5}")
_CLAUSE = re.compile(r"[.!?;|•]\s")
_PAUSE = re.compile(r"[,;.]")
_APART = re.compile(r",|;| и ")
_GROUPED = re.compile(r"\d{1,3}(?:(?: {1,2}|[.,'])\d{3})+")
_NOT_DIGIT = re.compile(r"\D")
_YEAR = re.compile(r"(?:19|20)\d\d")

SHORT = 60
"""A text or line no longer than this is taken to be about its amount alone."""
_WORKED, _LEAST_WORKED = ("hour", "shift"), 100
"""An amount of at least this much for an hour or a shift is pay without a word or sign of money: "3500 за смену"."""
_STRONG_REACH, _WEAK_REACH = 90, 45
"""How many characters a cue reaches forward within its clause."""


@dataclass(frozen=True)
class Amount:
    """A number as written, with its multiplier (1 where none) and currency (None where none)."""

    digits: str
    multiplier: int
    currency: str | None


@dataclass(frozen=True)
class Candidate:
    """An amount or range with what was found around it; offsets are into the plain text."""

    start: int
    end: int
    first: Amount
    second: Amount | None
    lower: bool
    upper: bool
    open_ended: bool
    cue: str | None
    tight: bool
    currency_after: str | None
    period: str | None
    tax: str | None
    bonus: bool
    russian: bool
    is_pay: bool
    has_money: bool


@dataclass(frozen=True)
class _Tail:
    """What directly follows an amount, and where the line goes on."""

    period: str | None
    tax: str | None
    currency: str | None
    bonus: bool
    end: int


@dataclass(frozen=True)
class _Line:
    """A line of the text with what speaks for all its amounts.

    heading: strength of the cue that stands alone on the line before.
    tax: the one tax word of the line, None where it has none or two.
    whole: the text is this short line and nothing else.
    """

    text: str
    cues: tuple[tuple[int, int, str], ...]
    heading: str | None
    tax: str | None
    russian: bool
    whole: bool


@dataclass(frozen=True)
class _Cue:
    """A word of pay before an amount: how strong, where it begins, and the words between."""

    strength: str
    start: int
    gap: str


def candidates(text: str) -> Iterator[Candidate]:
    """All amounts of a plain lower-case text that may be money, in order."""
    rules = grammar()
    whole = len(text) <= SHORT
    if not whole and not _may_have_money(text, rules):
        return
    russian = bool(_CYRILLIC.search(text)) or not _LATIN_WORDS.search(text)
    heading: str | None = None
    offset = 0
    for words in text.split("\n"):
        if words and not words.isspace():
            has_digit = _DIGIT.search(words) is not None
            if has_digit and (whole or heading or _may_have_money(words, rules)):
                for candidate in _of_line(_line(words, heading, russian, whole, rules), rules):
                    yield replace(candidate, start=candidate.start + offset, end=candidate.end + offset)
            heading = None if has_digit else _heading_cue(words, rules)
        offset += len(words) + 1


def _may_have_money(text: str, rules: Grammar) -> bool:
    return any(hint in text for hint in rules.hints) or rules.beside_digit.search(text) is not None


def _heading_cue(words: str, rules: Grammar) -> str | None:
    """The cue of a line that only announces pay, and so speaks for the next line."""
    if len(words) > SHORT or rules.negotiable.search(words):
        return None
    if rules.strong_cue.search(words):
        return "strong"
    return "weak" if words.rstrip().endswith(":") and rules.weak_cue.search(words) else None


def _line(words: str, heading: str | None, russian: bool, whole: bool, rules: Grammar) -> _Line:
    if "+" in words or "8" in words:
        words = _PHONE.sub(lambda found: "#" * len(found.group()), words)
    words = _LETTER_DIGITS.sub(lambda found: "3" if found.group() == "з" else "0", words)
    cues = [(found.start(), found.end(), "strong") for found in rules.strong_cue.finditer(words)]
    cues += [(found.start(), found.end(), "weak") for found in rules.weak_cue.finditer(words)]
    taxes = {first_name(rules.taxes, found.group()) for found in rules.tax.finditer(words)}
    return _Line(words, tuple(sorted(cues)), heading, taxes.pop() if len(taxes) == 1 else None, russian, whole)


def _of_line(line: _Line, rules: Grammar) -> Iterator[Candidate]:
    position = spoken_until = 0
    spoken: _Cue | None = None
    while (found := rules.statement.search(line.text, position)) is not None:
        candidate = _candidate(line, found, spoken, spoken_until, rules)
        yield candidate
        if candidate.is_pay and candidate.cue:
            spoken, spoken_until = _Cue(candidate.cue, candidate.end, ""), candidate.end
        position = max(candidate.end, found.start() + 1)


def _candidate(line: _Line, found: re.Match[str], spoken: _Cue | None, spoken_until: int, rules: Grammar) -> Candidate:
    start, end = found.span()
    start += len(found.group()) - len(found.group().lstrip())
    first = _amount(found, 1, rules)
    second = _amount(found, 2, rules) if found["num2"] else None
    if second and first.currency and second.currency and first.currency != second.currency:
        second, end = None, found.start("sep")
    cue = _cue_before(line, start)
    if cue is None and spoken and not _SENTENCE_END.search(line.text[spoken_until:start]):
        cue = _Cue(spoken.strength, spoken_until, line.text[spoken_until:start])
    tail = _tail(line.text, end, rules)
    cued_from = cue.start if cue else start
    before = _PAUSE.split(line.text[max(0, cued_from - 15) : cued_from])[-1] + line.text[cued_from:start]
    timed = rules.period_before.search(before)
    tight = cue is not None and spoken_until <= cue.start and rules.between.fullmatch(cue.gap) is not None
    taxed = rules.tax.search(cue.gap) if cue else None
    lead = found["lead"]
    candidate = Candidate(
        start=start,
        end=end,
        first=first,
        second=second,
        lower=bool(rules.lower.search(lead)),
        upper=bool(rules.upper.search(lead)),
        open_ended=bool(found["open"]) and second is None,
        cue=cue.strength if cue else None,
        tight=tight,
        currency_after=tail.currency,
        period=tail.period or (first_name(rules.periods_before, timed.group()) if timed else None),
        tax=tail.tax or (first_name(rules.taxes, taxed.group()) if taxed else None) or line.tax,
        bonus=tail.bonus,
        russian=line.russian,
        is_pay=False,
        has_money=False,
    )
    for_else = _is_bonus(line, spoken_until, start, rules) or _pays_for_else(line, candidate, cue, tail, rules)
    is_pay = not for_else and _reads_as_pay(line, candidate, tail, bool(lead))
    has_money = is_pay or _currency(candidate) is not None or bool(candidate.cue and _multiplied(candidate))
    return replace(candidate, is_pay=is_pay, has_money=has_money)


def _amount(found: re.Match[str], number: int, rules: Grammar) -> Amount:
    multiplier = found[f"mult{number}"] or ""
    stated = found[f"pre{number}"] or found[f"cur{number}"]
    in_thousand_roubles = bool(multiplier and rules.thousand_roubles.match(multiplier))
    currency = rules.currency(stated) if stated else None
    return Amount(
        digits=found[f"num{number}"],
        multiplier=rules.multiplier(multiplier) if multiplier else 1,
        currency=currency or ("RUB" if in_thousand_roubles else None),
    )


def _cue_before(line: _Line, start: int) -> _Cue | None:
    """The nearest cue that speaks for the amount at `start`; a strong one wins over a weak one."""
    best: _Cue | None = None
    for cue_start, cue_end, strength in line.cues:
        if cue_end > start:
            break
        gap = line.text[cue_end:start]
        reach = _STRONG_REACH if strength == "strong" else _WEAK_REACH
        stronger = strength == "strong" or best is None or best.strength == "weak"
        if len(gap) <= reach and stronger and not _SENTENCE_END.search(gap):
            best = _Cue(strength, cue_start, gap)
    if best is None and line.heading and _LIST_MARK.match(line.text[:start]):
        return _Cue(line.heading, start, "")
    return best


def _tail(line: str, end: int, rules: Grammar) -> _Tail:
    """Read the words that directly follow an amount until one that is none of ours."""
    period = tax = currency = None
    bonus = False
    position = end
    while found := rules.tail.match(line, position):
        words = found.group()
        if found.lastgroup == "period":
            if period:
                break
            period = first_name(rules.periods, words)
        elif found.lastgroup == "tax":
            tax = tax or first_name(rules.taxes, words)
        elif found.lastgroup == "bonus":
            bonus = True
        elif found.lastgroup == "cur":
            currency = currency or rules.currency(words)
        position = found.end()
    return _Tail(period, tax, currency, bonus or bool(rules.bonus.search(line, position, position + 40)), position)


def _is_bonus(line: _Line, spoken_until: int, start: int, rules: Grammar) -> bool:
    """Whether the amount only says how large the bonus of the pay before it is: "120 000 + премия до 40 000"."""
    bonus = rules.bonus.search(line.text, spoken_until, start) if spoken_until else None
    return bonus is not None and not _APART.search(line.text, bonus.end(), start)


def _pays_for_else(line: _Line, candidate: Candidate, cue: _Cue | None, tail: _Tail, rules: Grammar) -> bool:
    """Whether the words around say that the amount is a benefit, a turnover, a count, a date, a price."""
    text = line.text
    if any(_counts_else(text, end, rules) for end in (candidate.end, tail.end)):
        return True
    clause = _CLAUSE.split(text[max(0, candidate.start - 70) : candidate.start])[-1]
    if cue is None:
        return rules.not_pay_before.search(clause) is not None
    for found in rules.not_pay_before.finditer(cue.gap):
        if cue.strength == "weak" or _APART.search(cue.gap, 0, found.start()):
            return True
    return cue.strength == "weak" and rules.not_pay_before.search(clause) is not None


def _counts_else(text: str, end: int, rules: Grammar) -> bool:
    """Whether the amount counts what follows; a word before a colon begins another field: "300к. Компания: X"."""
    found = rules.not_pay_after.match(text, end)
    return found is not None and not (text[found.end() - 1].isalpha() and text.startswith((":", " :"), found.end()))


def _reads_as_pay(line: _Line, candidate: Candidate, tail: _Tail, led: bool) -> bool:
    """Whether cue, currency, tax, period and place on the line are enough to call it pay."""
    money = _currency(candidate) is not None
    multiplied = _multiplied(candidate)
    size = _size(candidate)
    if not money and not multiplied and not tail.period and not tail.tax and _YEAR.fullmatch(candidate.first.digits):
        return False
    if candidate.cue == "strong":
        return money or multiplied or size >= 1000 or (candidate.tight and size >= 20) or bool(tail.tax)
    if candidate.cue == "weak" and (
        money or size >= 10_000 or (candidate.tight and (multiplied or tail.tax or tail.period))
    ):
        return True
    large = multiplied or size >= 10_000
    if tail.tax and (money or large):
        return True
    if money and tail.period:
        return True
    alone = _LIST_MARK.match(line.text[: candidate.start]) is not None and len(line.text) - tail.end <= SHORT
    if alone and (money or multiplied or (tail.period in _WORKED and size >= _LEAST_WORKED)):
        return True
    ranged = led or candidate.second is not None
    if line.whole and large and (ranged or tail.bonus or multiplied):
        return True
    return money and ranged and large and len(line.text) <= 2 * SHORT


def _currency(candidate: Candidate) -> str | None:
    second = candidate.second.currency if candidate.second else None
    return second or candidate.first.currency or candidate.currency_after


def _multiplied(candidate: Candidate) -> bool:
    return candidate.first.multiplier > 1 or bool(candidate.second and candidate.second.multiplier > 1)


def _size(candidate: Candidate) -> float:
    """The larger number as written, multiplier apart."""
    return max(number(amount.digits) for amount in (candidate.first, candidate.second) if amount)


def number(digits: str) -> float:
    """`250 000`, `250.000`, `1,2`, `450'000` -> the number meant."""
    if _GROUPED.fullmatch(digits):
        return float(_NOT_DIGIT.sub("", digits))
    return float(digits.replace(",", "."))
