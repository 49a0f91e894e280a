"""Use cases: the only place that combines. Each opens its unit of work, asks the policy and writes the log."""
