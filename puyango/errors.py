"""Everything that can go wrong in a way a person or a service manager must answer.

Exit codes are those of the platform's fault specification. A class exists only if somebody answers
it differently; ``code`` tells apart the stops that share an exit code.
"""

from __future__ import annotations


class PuyangoError(Exception):
    """The root: ``what`` happened (with place and numbers), and the ``remedy`` that a person can apply."""

    exit_code = 70
    code = "internal_error"

    def __init__(self, what: str, remedy: str = "", *, code: str = "") -> None:
        """Keep the two halves of the message apart, so that a command can print them on two lines."""
        super().__init__(f"{what}\n{remedy}" if remedy else what)
        self.what = what
        self.remedy = remedy
        self.code = code or type(self).code


class Transient(PuyangoError):
    """Trying again later may help; a service manager restarts on these."""


class JudgementFailed(PuyangoError):
    """A check says no."""

    exit_code = 1
    code = "judgement_failed"


class UsageRefused(PuyangoError):
    """The command line names something that does not exist or is out of range."""

    exit_code = 2
    code = "usage"


class InputUnfit(PuyangoError):
    """An input file is missing or does not have the declared form."""

    exit_code = 66
    code = "input_unfit"


class Unreachable(Transient):
    """A service does not answer."""

    exit_code = 69
    code = "unreachable"


class WatchdogFired(Transient):
    """A wait outlived its limit."""

    exit_code = 70
    code = "watchdog"


class OutputRefused(PuyangoError):
    """An output cannot be created where it should be."""

    exit_code = 73
    code = "output_refused"


class DiskFailed(Transient):
    """The disk is full (``disk_full``) or answered with an error (``disk_error``)."""

    exit_code = 74
    code = "disk_error"


class Busy(Transient):
    """Somebody else holds what is needed."""

    exit_code = 75
    code = "busy"


class OperatorNeeded(PuyangoError):
    """A stop that no retry heals; ``code`` is one of the closed list of stops."""

    exit_code = 76
    code = "operator_needed"


class ContractBroken(OperatorNeeded):
    """Most rows of a segment are refused: the contract is wrong, not the rows."""

    code = "contract_broken"


class ChainBroken(OperatorNeeded):
    """The segments of a partition do not follow one another."""

    code = "chain_broken"


class CorruptBatch(OperatorNeeded):
    """A batch of the log cannot be read, three times in a row."""

    code = "corrupt_batch"


class TopicMissing(OperatorNeeded):
    """The topic does not exist on the broker."""

    code = "topic_missing"


class NotPermitted(PuyangoError):
    """Credentials or rights are refused."""

    exit_code = 77
    code = "not_authorised"


class ConfigRefused(PuyangoError):
    """A setting, a declaration or a key is missing, unknown or unsafe (``unsafe_config``, ``key_missing``)."""

    exit_code = 78
    code = "unsafe_config"


class Interrupted(PuyangoError):
    """A person pressed Ctrl-C; the message says how to go on."""

    exit_code = 130
    code = "interrupted"
