"""Everything `logger` raises on purpose.

    LoggerError
    ├── InvalidName (ValueError)          a name that no experiment, run, metric, param, tag or file may have
    │   └── NameClash (ValueError)        an experiment whose name differs from an existing one only in case
    ├── InvalidValue (ValueError)         a value that is not what the call logs
    │   └── InvalidType (TypeError)       … because of its type
    ├── ParamConflict (ValueError)        a param set a second time, to another value
    ├── FilterError (ValueError)          a filter or an order that does not parse; knows the column
    ├── RunError (RuntimeError)           a call that does not fit the state of the run
    │   └── RunNotFound (LookupError)     no run has this id
    ├── ExperimentNotFound (LookupError)  no experiment has this name
    ├── MissingPackage (ImportError)      an optional package that this call needs is not installed
    └── StoreError (OSError)              the folder cannot serve as a store
        ├── StoreNotFound                 there is no store here
        ├── NewerFormat                   written by a newer version
        └── WriteFailed                   points or facts that never reached the disk

Every message has three parts: the value and what is wrong with *it*, what is allowed, what to do next.
"""

from __future__ import annotations


class LoggerError(Exception):
    """Base of all errors that `logger` raises on purpose."""


def explain(problem: str, allowed: str = "", hint: str = "") -> str:
    """The text of a message: what is wrong, what is allowed, what to do next, a line each."""
    lines = [problem]
    if allowed:
        lines.append(f"  Allowed: {allowed}")
    if hint:
        lines.append(f"  Try: {hint}")
    return "\n".join(lines)


class InvalidName(LoggerError, ValueError):
    """A name that no experiment, run, metric, param, tag or artifact may have."""


class NameClash(InvalidName):
    """The name of an experiment that differs from an existing one only in case."""


class InvalidValue(LoggerError, ValueError):
    """A value that is not what the call logs."""


class InvalidType(InvalidValue, TypeError):
    """A value whose type is not what the call logs."""


class ParamConflict(LoggerError, ValueError):
    """A param that was set before, to another value."""


class FilterError(LoggerError, ValueError):
    """A filter or order that does not parse. `column` counts characters from 0."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(message)
        self.column = column

    def __reduce__(self) -> tuple[type[FilterError], tuple[str, int]]:
        return type(self), (str(self), self.column)  # so that it crosses processes


class RunError(LoggerError, RuntimeError):
    """A call that does not fit the state of the run."""


class RunNotFound(RunError, LookupError):
    """No run has this id."""


class ExperimentNotFound(LoggerError, LookupError):
    """No experiment has this name."""


class MissingPackage(LoggerError, ImportError):
    """An optional package that this call needs is not installed."""


class StoreError(LoggerError, OSError):
    """The folder cannot serve as a store."""


class StoreNotFound(StoreError):
    """There is no store at this place."""


class NewerFormat(StoreError):
    """The store was written by a newer version of the program."""


class WriteFailed(StoreError):
    """Points or facts that never reached the disk."""
