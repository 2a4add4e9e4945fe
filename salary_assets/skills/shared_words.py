"""Words that neighbours in a list share: the noun of two adjectives, the object of two doings, the maker of products.

Each function is given `whole`, which tells the skill that a run of words names.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from salary_assets.skills.index import is_adjective, phrase_key
from salary_assets.skills.lexicon import lexicon
from salary_assets.skills.pieces import ACTION, Part, text_of
from salary_assets.skills.text import CONJ, Token

Whole = Callable[[Sequence[Token]], str | None]


def shared_noun(tokens: Sequence[Token], whole: Whole) -> list[Part] | None:
    """Two adjectives of one noun: "кроссбраузерная адаптивная вёрстка" names two skills."""
    for cut in range(1, len(tokens) - 1):
        if not is_adjective(tokens[cut - 1].lemma):
            continue
        first, second = whole([*tokens[:cut], tokens[-1]]), whole(tokens[cut:])
        if first is not None and second is not None and first != second:
            texts = (text_of(tokens[:cut]), text_of(tokens[cut:]))
            return [
                Part(text, skill, skill, ACTION, "split") for text, skill in zip(texts, (first, second), strict=True)
            ]
    return None


def coordinated(
    pieces: Sequence[Sequence[Token]], resolved: Sequence[list[Part] | None], mark: str, whole: Whole
) -> list[list[Part] | None]:
    """Give a piece the words it shares with its neighbour: "адаптивная и кроссбраузерная вёрстка".

    A bare word of doing takes its object from the neighbour even where it is a skill by itself.
    """
    done = list(resolved)
    for index, piece in enumerate(pieces):
        bare = mark == CONJ and len(piece) == 1 and not piece[0].word.isascii()
        if done[index] is not None and not bare:
            continue
        following = pieces[index + 1] if index + 1 < len(pieces) else ()
        preceding = pieces[index - 1] if index else ()
        tails = [[*piece, *following[cut:]] for cut in range(1, len(following))]
        heads = [[*preceding[:cut], *piece] for cut in range(len(preceding) - 1, 0, -1)]
        shared = next((known for attempt in (*tails, *heads) if (known := whole(attempt))), None)
        if shared is not None:
            done[index] = [Part(text_of(piece), phrase_key(piece), shared, ACTION, "split")]
    return done


def shared_head(groups: Sequence[Sequence[Token]], read: Sequence[list[Part]], whole: Whole) -> list[list[Part]]:
    """Parts of a comma list whose first item lends the others its beginning.

    A maker's name is always lent ("1С: ERP, Документооборот"), other words only to items unknown by themselves.
    """
    shared = list(read)
    first = groups[0]
    brand = len(first) > 1 and first[0].lemma in lexicon().brands
    for index, parts in enumerate(read[1:], start=1):
        attempts = [[first[0], *groups[index]]] if brand else []
        if len(parts) == 1 and parts[0].canon_id is None:
            attempts.extend([*first[:cut], *groups[index]] for cut in range(len(first) - 1, 0, -1))
        known = next((found for attempt in attempts if (found := whole(attempt))), None)
        if known is not None:
            shared[index] = [Part(text_of(groups[index]), known, known, ACTION, "split")]
    return shared


def shared_tail(groups: Sequence[Sequence[Token]], read: Sequence[list[Part]], whole: Whole) -> list[list[Part]]:
    """Parts of a comma list whose last item lends unknown adjectives its noun: "проектной, рабочей документации"."""
    shared = list(read)
    last = groups[-1]
    for index, parts in enumerate(read[:-1]):
        if parts[0].canon_id is None and len(parts) == 1 and is_adjective(groups[index][-1].lemma):
            attempts = [[*groups[index], *last[cut:]] for cut in range(1, len(last))]
            known = next((found for attempt in attempts if (found := whole(attempt))), None)
            if known is not None:
                shared[index] = [Part(text_of(groups[index]), known, known, ACTION, "split")]
    return shared
