"""The way to nodes on this machine, which a node that is not tried out does not take."""

from functools import partial

from hamkar.transport.https import PartnerLink, get_card
from hamkar.transport.reach import LOOPBACK, Reach

HERE = Reach(LOOPBACK)
link_here = partial(PartnerLink, reach=HERE)
card_here = partial(get_card, reach=HERE)
