"""The person behind an account, for one act at a command: they prove who they are as on the page of signing in."""

from hamkar.actions.node import Node
from hamkar.actions.sign_in import Given, proved, refused
from hamkar.model.role import Person


def act_as(node: Node, given: Given) -> Person:
    """The account's person with its roles, freshly proved. Raises Refused, the same way whatever is wrong."""
    with node.database.transaction() as connection:
        account = proved(connection, given, node.now(), password_may_do=True)
    if account is None:
        raise refused()
    return Person(name=account.name, roles=account.roles, stepped_up=True)
