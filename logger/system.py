"""The operating system's calls, each with a branch for systems that lack them.

The rest of the package is portable Python. What a system can do is looked up once, in the flags
below; tests turn them off and so walk the other branch on any machine. Stands alone: no module of
ours and nothing heavy is imported here.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import sys
import threading
import weakref
from collections.abc import Callable
from pathlib import Path
from types import MethodType

try:
    import fcntl
except ImportError:  # Windows
    HAS_FLOCK = False
else:
    HAS_FLOCK = True

HAS_PWRITE = hasattr(os, "pwrite")
HAS_FORK = hasattr(os, "register_at_fork")
HAS_LINK = hasattr(os, "link")
HAS_RENAMEAT2 = sys.platform == "linux"
HAS_PROC = sys.platform == "linux"
HAS_SIGNAL_0 = os.name == "posix"  # elsewhere os.kill(pid, 0) ends the process
IS_WINDOWS = os.name == "nt"

_PROC = Path("/proc")
_MACHINE_IDS = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))
_WRITE = os.O_WRONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_READ = (
    os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
)
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_SWAPPED_OUT = ".swapped-out"  # what exchange() calls its second path for an instant


# --- files -------------------------------------------------------------------------------------------


def open_new(path: Path, *, append: bool = False) -> int:
    """A descriptor of a file that did not exist. Raises: FileExistsError, OSError."""
    return os.open(path, _WRITE | os.O_CREAT | os.O_EXCL | (os.O_APPEND if append else 0), 0o666)


def open_empty(path: Path) -> int:
    """A descriptor of a file that holds nothing yet. Raises: FileExistsError: it does. OSError."""
    fd = os.open(path, _WRITE | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    if os.fstat(fd).st_size:
        os.close(fd)
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
    return fd


def positioned_write() -> Callable[[int, bytes | bytearray | memoryview, int], int]:
    """The function that writes at an offset; `os.pwrite` itself where there is one, for its speed."""
    return os.pwrite if HAS_PWRITE else _seek_and_write


def pwrite(fd: int, data: bytes | bytearray | memoryview, offset: int) -> int:
    """Write `data` at `offset`; returns how many bytes were taken."""
    return positioned_write()(fd, data, offset)


def identity(path: Path) -> tuple[int, int] | None:
    """What tells a file from its replacement; None when there is none, or it cannot be told."""
    try:
        return _identity(path)
    except OSError:
        return None


def leads_to(path: Path, file: tuple[int, int]) -> bool:
    """Whether the file of this identity still lies at `path`; a mount that fails to say is believed."""
    try:
        return _identity(path) == file
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` survive a power cut. Windows has no such call: there it does nothing."""
    if IS_WINDOWS:
        return
    fd = os.open(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0))
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def link_or_rename(temporary: Path, final: Path) -> bool:
    """Publish `temporary` as `final` unless that exists; `temporary` is gone afterwards.

    Whole or not at all where the system can link or renames without replacing; else `final` is created
    exclusively and then filled, so a reader may see it empty for an instant.

    Returns: True when this call made `final`.
    """
    try:
        if IS_WINDOWS:
            temporary.rename(final)  # never replaces, there
            return True
        if HAS_LINK:
            try:
                os.link(temporary, final)
                return True
            except OSError as error:
                if error.errno not in (
                    errno.EPERM,
                    errno.ENOTSUP,
                    errno.EOPNOTSUPP,
                    errno.ENOSYS,
                    errno.EMLINK,
                ):
                    raise
        return _create(final, temporary.read_bytes())
    except FileExistsError:
        return False
    finally:
        temporary.unlink(missing_ok=True)


def exchange(path_a: Path, path_b: Path) -> None:
    """Let two files or folders of one file system change places, at once where the system can.

    Elsewhere by renames. A process killed between them leaves `path_b` absent for a moment: the next
    call of `repair_exchange(path_b)` brings it back.
    """
    if HAS_RENAMEAT2 and _renameat2(path_a, path_b):
        return
    aside = _aside(path_b)
    path_b.rename(aside)
    try:
        path_a.rename(path_b)
    except OSError:
        aside.rename(path_b)
        raise
    aside.rename(path_a)


def repair_exchange(path: Path) -> bool:
    """Undo what an interrupted `exchange(…, path)` left.

    Returns: True when there was something to repair. `path` is then whole, old or new; what was set
    aside while the new one had already taken its place stays beside it for the caller to remove.
    """
    aside = _aside(path)
    if not os.path.lexists(aside):
        return False
    if not os.path.lexists(path):
        aside.rename(path)
    return True


# --- locks and processes -----------------------------------------------------------------------------


def lock_file(fd: int) -> bool:
    """Hold the advisory lock of an open file until it is closed or the process ends.

    Returns: False where there is no such lock, or another process holds it.
    """
    if not HAS_FLOCK:
        return False
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def is_locked(path: Path) -> bool | None:
    """Whether a living process holds the lock of `path`; None when this system cannot tell.

    Do not ask about a file of this very process: on network mounts closing any descriptor of a file
    drops the locks that the process holds on it.
    """
    if not HAS_FLOCK:
        return None
    try:
        fd = os.open(path, _READ)
    except OSError:
        return None
    try:
        fcntl.flock(
            fd, fcntl.LOCK_SH | fcntl.LOCK_NB
        )  # shared: two readers do not take each other for a writer
    except BlockingIOError:
        return True
    except OSError:
        return None
    else:
        return False
    finally:
        os.close(fd)  # and with it the shared lock


def process_start(pid: int) -> int | None:
    """When a process started, in clock ticks since boot; None when it is gone or the system does not say."""
    if not HAS_PROC:
        return None
    try:
        stat = (_PROC / str(pid) / "stat").read_bytes()
        # The name, in parentheses, may hold spaces and parentheses itself; field 22 counts from behind it.
        return int(stat[stat.rindex(b")") + 2 :].split()[19])
    except (OSError, ValueError, IndexError):
        return None


def process_alive(pid: int, start: int | None) -> bool | None:
    """Whether process `pid`, started at `start`, still runs on this machine; None when nobody can tell.

    Without `start` a process that took over the number looks alive.
    """
    if pid <= 0:
        return None
    if HAS_PROC and start is not None:
        return process_start(pid) == start
    if not HAS_SIGNAL_0:
        return None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True  # it exists, and belongs to somebody else
    return True


def boot_id() -> str:
    """What tells this boot of this machine from all others; "" where the system does not say."""
    if not HAS_PROC:
        return ""
    with contextlib.suppress(OSError):
        return (_PROC / "sys/kernel/random/boot_id").read_text("ascii").strip()
    return ""


def host_hash() -> str:
    """16 hex digits that tell this machine from others without naming it."""
    machine = ""
    for path in _MACHINE_IDS:
        with contextlib.suppress(OSError):
            machine = path.read_text("ascii", "replace").strip()
            break
    name = os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")
    return hashlib.sha256(f"{name}\n{machine}".encode("utf-8", "surrogateescape")).hexdigest()[:16]


# --- fork --------------------------------------------------------------------------------------------


def on_fork_in_child(callback: Callable[[], None]) -> None:
    """Call a bound method in every child that this process forks, for as long as its object lives.

    Where there is no fork, never. The callbacks run before the child's own code, in no set order.
    """
    if not HAS_FORK:
        return
    global _fork_hook_set
    if not _fork_hook_set:
        _fork_hook_set = True
        os.register_at_fork(after_in_child=_run_fork_callbacks)
    if not isinstance(callback, MethodType):
        raise TypeError("on_fork_in_child takes a bound method: it holds the object weakly")
    owner = callback.__self__
    _fork_callbacks[id(owner)] = weakref.WeakMethod(callback)
    weakref.finalize(owner, _fork_callbacks.pop, id(owner), None).atexit = False


_fork_callbacks: dict[int, weakref.WeakMethod[Callable[[], None]]] = {}
_fork_hook_set = False


def _run_fork_callbacks() -> None:
    for reference in list(_fork_callbacks.values()):
        callback = reference()
        if callback is not None:
            with contextlib.suppress(OSError):  # from a close; the others have theirs to close
                callback()


# --- the other branches ------------------------------------------------------------------------------


def _identity(path: Path) -> tuple[int, int]:
    found = os.stat(path, follow_symlinks=False)  # noqa: PTH116  (three times as fast as Path.stat)
    return found.st_dev, found.st_ino


_seek_lock = threading.Lock()


def _seek_and_write(fd: int, data: bytes | bytearray | memoryview, offset: int) -> int:
    with _seek_lock:
        os.lseek(fd, offset, os.SEEK_SET)
        return os.write(fd, data)


def _create(path: Path, data: bytes) -> bool:
    fd = open_new(path)
    try:
        os.write(fd, data)
    finally:
        os.close(fd)
    return True


def _aside(path: Path) -> Path:
    return path.with_name(path.name + _SWAPPED_OUT)


def _renameat2(path_a: Path, path_b: Path) -> bool:
    # False: this kernel, C library or file system has no exchange.
    import ctypes

    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    call.argtypes = [ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint]
    if call(_AT_FDCWD, os.fsencode(path_a), _AT_FDCWD, os.fsencode(path_b), _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP):
        return False
    raise OSError(number, os.strerror(number), str(path_a), None, str(path_b))
