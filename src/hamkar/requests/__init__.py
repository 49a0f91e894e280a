"""Requests for information: where one stands, who may do what next, when it is due, and what may be said."""
