"""Keys by which claims are known again."""

from hashlib import sha256

KEY_BYTES = 16


class Occurrences:
    """Gives each claim of one file a key of 16 bytes that no other claim of the file has.

    The key is the first half of the SHA-256 of the claim's cells and, from the second identical claim on, of its number
    among them. So reading the file again, in any order or packing, gives the same keys, and identical rows stay apart.
    Cells are compared as written: where a workbook stores 490 and a text 490.0, they are two claims.
    """

    def __init__(self) -> None:
        self._seen: dict[bytes, int] = {}

    def key(self, cells: str) -> tuple[bytes, bool]:
        """The key of a claim with these cells, joined by a character no cell holds, and whether one stood before.

        The first cell is the name of the layout, so that claims of different layouts never share a key.
        """
        digest = sha256(cells.encode())
        first = digest.digest()[:KEY_BYTES]
        number = self._seen.get(first, 0) + 1
        self._seen[first] = number
        if number == 1:
            return first, False
        digest.update(b"\0%d" % number)
        return digest.digest()[:KEY_BYTES], True
