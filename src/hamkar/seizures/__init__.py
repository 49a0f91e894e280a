"""What can be said of a seizure from all that is claimed about it: pure rules from reports to an event."""
