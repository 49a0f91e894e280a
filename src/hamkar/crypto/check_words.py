"""Words that two people read to one another to find that they speak of the same keys.

Made of syllables after the manner of proquints (Wilkerson, arXiv:0901.4016), with fewer sounds: none that Persian,
Azerbaijani or Russian lacks, none that differs from another only by its voice (Russian and Azerbaijani turn b to p and
d to t at the end of a word), and no e or o, which Russian blurs into i and a where they bear no stress.
"""

import hashlib
import hmac
import secrets

CONSONANTS = "bklmnrst"
VOWELS = "aiu"
WORDS = 5
NONCE_BYTES = 32
SECRET_BYTES = 32

_PATTERN = (CONSONANTS, VOWELS, CONSONANTS, VOWELS, CONSONANTS)


def check_words(*parts: bytes) -> str:
    """Five words of five letters (60 bits) that follow from all parts, in their order."""
    number = int.from_bytes(hashlib.sha256(_joined(b"hamkar/check-words/v1", *parts)).digest())
    words = []
    for _ in range(WORDS):
        word = ""
        for letters in _PATTERN:
            number, place = divmod(number, len(letters))
            word += letters[place]
        words.append(word)
    return " ".join(words)


def same_words(heard: str, shown: str) -> bool:
    """Whether a person wrote down these words; capitals, hyphens and spaces do not matter."""
    return hmac.compare_digest(_plain(heard), _plain(shown))


def proof(secret: bytes, *parts: bytes) -> bytes:
    """What only a holder of the secret can say of these parts (HMAC-SHA256, RFC 2104)."""
    return hmac.digest(secret, _joined(*parts), "sha256")


def is_proof(given: bytes, secret: bytes, *parts: bytes) -> bool:
    """Whether a holder of the secret said this of these parts."""
    return hmac.compare_digest(given, proof(secret, *parts))


def new_nonce() -> bytes:
    """32 random bytes that nobody could know before."""
    return secrets.token_bytes(NONCE_BYTES)


def new_invitation_secret() -> bytes:
    """The random secret of an invitation."""
    return secrets.token_bytes(SECRET_BYTES)


def _joined(*parts: bytes) -> bytes:
    """The parts, each behind its length, so that no two lists of parts read alike."""
    return b"".join(len(part).to_bytes(4) + part for part in parts)


def _plain(words: str) -> bytes:
    return "".join(letter for letter in words.casefold() if letter.isalpha()).encode()
