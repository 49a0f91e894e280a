"""What the nodes in records are called."""

from collections.abc import Mapping

from hamkar.actions.node import Node
from hamkar.actions.partners import list_partners


def agency_names(node: Node) -> Mapping[str, str]:
    """The agency of each node that this node knows, itself among them."""
    return {node.id: node.agency.name} | {partner.node: partner.name for partner in list_partners(node)}
