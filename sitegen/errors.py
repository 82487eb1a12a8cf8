"""Everything `sitegen` raises on purpose: what a user can mend.

    SitegenError
    ├── OutputRefused (ValueError)     the output folder is not one that a build may replace
    ├── OutputBusy (RuntimeError)      another build is at work on the same output folder
    ├── OutputFailed (OSError)         the disk refused; the site that was there is whole
    ├── EarlierSite (OSError)          the site to build onto is not there, not whole, or cannot be had
    ├── BadConfig (ValueError)         a file of options that cannot be read, or says what is not known
    ├── PrivateFound (ValueError)      a secret or a private text in what would go out; nothing was written
    ├── NoSuchRuns (LookupError)       a side of a comparison that is no run, or several things
    ├── NothingToDo (ValueError)       a call that lacks what it needs, or asks for two things at once
    ├── PublishRefused (ValueError)    what would be published is no site, or would lose what is there
    └── PublishFailed (OSError)        git, or the repository published to, refused

Messages have three parts, as in `logger.errors`. Whatever else is raised is a bug and keeps its traceback.
"""

from __future__ import annotations


class SitegenError(Exception):
    """Base of all errors that `sitegen` raises on purpose."""

    exit_code = 1


class OutputRefused(SitegenError, ValueError):
    """The output folder is not one that a build may replace."""


class OutputBusy(SitegenError, RuntimeError):
    """Another build is at work on the same output folder."""


class OutputFailed(SitegenError, OSError):
    """The disk refused; the site that was there is whole."""


class EarlierSite(SitegenError, OSError):
    """The site to build onto is not there, not whole, or cannot be had."""


class BadConfig(SitegenError, ValueError):
    """A file of options that cannot be read, or says what is not known or not allowed."""

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class PrivateFound(SitegenError, ValueError):
    """A secret or a private text in what would go out; nothing was written."""

    exit_code = 3


class NoSuchRuns(SitegenError, LookupError):
    """A side of a comparison that is no run, or several things at once; says what there is."""


class NothingToDo(SitegenError, ValueError):
    """A call that lacks what it needs, or asks for two things at once."""


class PublishRefused(SitegenError, ValueError):
    """What would be published is no site, or would take the place of what must not be lost."""


class PublishFailed(SitegenError, OSError):
    """Git, or the repository published to, refused; the branch is as it was."""
