"""``python -m puyango.cli``: the command line, for programs that know only their interpreter."""

from puyango.cli import main

main()
