"""``python -m hamkar`` is ``hamkar``."""

from hamkar.cli.main import main

main()
