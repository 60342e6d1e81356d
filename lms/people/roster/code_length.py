"""How many digits the card numbers of a file have as a rule: Excel drops zeros from a number cell.

Texts keep what was typed, so they tell where there are enough of them.
"""

from collections import Counter
from collections.abc import Iterable

from lms.people.roster.cells import Kind, Row
from lms.people.roster.values import read_code

ROWS_LOOKED_AT = 2000
_LEAST = 3


def usual_length(rows: Iterable[Row], column: int) -> int:
    """The length that most numbers of a column have; 0 where there is no rule to be seen."""
    texts: Counter[int] = Counter()
    numbers: Counter[int] = Counter()
    for row in rows:
        cell = row.cells.get(column)
        code = read_code(cell) if cell else None
        if cell and code and code.isdecimal():
            (texts if cell.kind is Kind.TEXT else numbers)[len(code)] += 1
    counted = texts if texts.total() >= _LEAST else texts + numbers
    if counted.total() < _LEAST:
        return 0
    length, count = counted.most_common(1)[0]
    return length if 2 * count > counted.total() else 0
