"""References: the short name of a message that a person can read out over the telephone.

Nine characters of Crockford's base 32 in three groups, "K7W-D2M-9QX": no I, L, O or U, so nothing is mistaken for
anything else. 45 bits; should two messages ever draw the same, the store refuses the second and its client tries again.
"""

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 9
BITS = 5 * LENGTH
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})


def reference(number: int) -> str:
    """The reference for a random number of `BITS` bits."""
    letters = [ALPHABET[number >> 5 * i & 31] for i in range(LENGTH)]
    return "-".join("".join(letters[i : i + 3]) for i in range(0, LENGTH, 3))


def normal(text: str) -> str:
    """A reference as somebody typed or dictated it, in its one written form; other text comes back as it was."""
    letters = "".join(c for c in text.upper() if c.isalnum()).translate(_MISREAD)
    if len(letters) != LENGTH or any(c not in ALPHABET for c in letters):
        return text
    return "-".join(letters[i : i + 3] for i in range(0, LENGTH, 3))
