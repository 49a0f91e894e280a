"""The command line: it translates words into use cases and results into words or JSON, and decides nothing."""
