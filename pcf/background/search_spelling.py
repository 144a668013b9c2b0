"""Which words were meant by one that stands nowhere? Those that are nearest in letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

SHORTEST = 4
"""Letters of the shortest word that is corrected; in shorter ones one letter says too much."""


def allowed(word: str) -> int:
    """Return how many letters may differ: none of a short word, one, or two from eight on.

    Only words of plain letters are corrected, never codes, numbers or Chinese.

    >>> allowed("alumnium"), allowed("steal"), allowed("tin"), allowed("7601"), allowed("电解铝锭")
    (2, 1, 0, 0, 0)
    """
    if len(word) < SHORTEST or not (word.isascii() and word.isalpha()):
        return 0
    return 2 if len(word) >= 8 else 1


def pieces(word: str) -> tuple[str, ...]:
    """Return parts of `word`, one of which stands unchanged in every word that may be meant.

    A change touches two parts at most (two letters swapped), so that of 2 k + 1 one is whole.

    >>> pieces("alumnium")
    ('a', 'lu', 'm', 'ni', 'um')
    """
    count = 2 * allowed(word) + 1
    cuts = [len(word) * part // count for part in range(count + 1)]
    return tuple(word[cuts[part] : cuts[part + 1]] for part in range(count))


def nearest_words(word: str, vocabulary: Iterable[str]) -> tuple[str, ...]:
    """Return the words of a vocabulary with the fewest letters changed, within what is allowed.

    >>> nearest_words("alumnium", ["aluminium", "alumina", "copper"])
    ('aluminium',)
    """
    most = allowed(word)
    found = {each: letters_changed(word, each, most) for each in set(vocabulary)}
    least = min(found.values(), default=most + 1)
    return tuple(sorted(each for each, n in found.items() if n == least)) if least <= most else ()


def letters_changed(one: str, other: str, most: int) -> int:
    """Return how many letters were left out, added, changed or swapped; `most` + 1 where more.

    The optimal string alignment distance (Levenshtein's, with neighbours swapped as one change).

    >>> letters_changed("alumnium", "aluminium", 2), letters_changed("natrual", "natural", 1)
    (1, 1)
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before, above = [most + 1] * (len(other) + 1), list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        line = [row]
        for column, met in enumerate(other, 1):
            fewest = min(above[column - 1] + (letter != met), above[column] + 1, line[-1] + 1)
            if row > 1 < column and (letter, one[row - 2]) == (other[column - 2], met):
                fewest = min(fewest, before[column - 2] + 1)
            line.append(fewest)
        before, above = above, line
    return min(above[-1], most + 1)
