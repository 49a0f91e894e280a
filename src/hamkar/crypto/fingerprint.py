"""Short names of keys: what a node is called, what a key is called, and how a person reads one aloud."""

import base64
import hashlib
import re

from hamkar.errors import BadInput

NODE_ID = re.compile(r"[a-z2-7]{32}\Z")
KEY_ID = re.compile(r"[0-9a-f]{16}\Z")

_NODE_ID_BYTES = 20
_KEY_ID_DIGITS = 16
_GROUP = 4


def node_id(root_public: bytes) -> str:
    """The name of the node with this root key: the first 160 bits of its SHA-256, in 32 letters and digits 2 to 7.

    160 bits leave a forger 2^160 work to meet a given node's id; base32 (RFC 4648, section 6) is read aloud without
    telling capitals apart and has no 0, 1, 8 or 9 to mistake for a letter.
    """
    return base64.b32encode(hashlib.sha256(root_public).digest()[:_NODE_ID_BYTES]).decode("ascii").lower()


def key_id(public: bytes) -> str:
    """The name of a key: the first 16 hex digits of its SHA-256. A hint for looking it up, never a proof."""
    return hashlib.sha256(public).hexdigest()[:_KEY_ID_DIGITS]


def spoken(node: str) -> str:
    """A node id as eight groups of four, for comparing over the telephone or across a table."""
    return " ".join(node[start : start + _GROUP] for start in range(0, len(node), _GROUP))


def unspoken(text: str) -> str:
    """The node id a person wrote down from hearing it: spaces, hyphens and capitals do not matter.

    Raises BadInput where what remains is not a node id.
    """
    node = re.sub(r"[\s-]+", "", text).lower()
    if not NODE_ID.match(node):
        msg = f"“{text}” is not a node id, which has eight groups of four letters or digits 2 to 7; compare it again"
        raise BadInput(msg)
    return node
