"""The seeded generators behind the demo's content: the same parts always give the same numbers.

No other source of chance is used in this package.
"""

import random


def seeded(*parts: object) -> random.Random:
    """A generator that depends on the parts alone, on every machine and in every process."""
    return random.Random("/".join(str(part) for part in parts))  # noqa: S311 - demo data
