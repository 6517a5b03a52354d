"""Walls around the inspecting process, put up by itself before it reads the first foreign byte."""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import signal
import struct

from server.media import limits

_SET_PARENT_DEATH_SIGNAL, _SET_SECCOMP, _NO_NEW_PRIVILEGES = 1, 22, 38
_FILTER = 2
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050001
"""What a filter answers: go on; "not permitted" (EPERM)."""
_LOAD, _EQUAL, _AT_LEAST, _ANSWER = 0x20, 0x15, 0x35, 0x06

_CALLS = {
    # connect, ptrace, socket, socketpair, fork, vfork, execve, execveat, io_uring_setup, and
    # reading and writing other processes
    "x86_64": (0xC000003E, (42, 101, 41, 53, 57, 58, 59, 322, 425, 310, 311)),
    "aarch64": (0xC00000B7, (203, 117, 198, 199, 221, 281, 425, 270, 271)),
}
"""Architecture as the kernel names it, and the numbers of what nothing here needs."""


def confine(largest_file: int) -> None:
    """Limits of the kernel for this process and all it may start. Cannot be taken back."""
    hold(resource.RLIMIT_CORE, 0)
    hold(resource.RLIMIT_CPU, limits.CPU_SECONDS)
    hold(resource.RLIMIT_AS, limits.ADDRESS_SPACE)
    hold(resource.RLIMIT_FSIZE, largest_file)
    hold(resource.RLIMIT_NOFILE, limits.DESCRIPTORS)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # then writing says so as an error
    signal.alarm(limits.WALL_SECONDS)  # also when nobody is left to kill it
    os.nice(10)
    _lock_down()


def allow(seconds: float) -> None:
    """Let the process run so long from now on; the signal that comes then ends it."""
    signal.setitimer(signal.ITIMER_PROF, seconds)


def hold(what: int, most: int) -> None:
    """Lower a limit; one that is lower already stays."""
    _, hard = resource.getrlimit(what)
    bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (bound, bound))


def _lock_down() -> None:
    """Die with the server; no network, no other programs. Where the kernel cannot, go without."""
    kernel = ctypes.CDLL(None, use_errno=True)
    kernel.prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    kernel.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    known = _CALLS.get(platform.machine())
    if known is None:
        return
    steps = _filter(*known)
    code = b"".join(steps)
    buffer = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("HP", len(steps), ctypes.addressof(buffer))
    kernel.prctl(_SET_SECCOMP, _FILTER, ctypes.c_char_p(program), 0, 0)


def _filter(architecture: int, refused: tuple[int, ...]) -> list[bytes]:
    """A program for the kernel: refuse these calls, and all of another architecture's."""
    step = struct.Struct("HBBI").pack
    last = len(refused) + 4
    steps = [step(_LOAD, 0, 0, 4), step(_EQUAL, 0, last - 1, architecture), step(_LOAD, 0, 0, 0)]
    steps.append(step(_AT_LEAST, last - 3, 0, 0x40000000))
    for place, number in enumerate(refused, len(steps)):
        steps.append(step(_EQUAL, last - place, 0, number))
    return [*steps, step(_ANSWER, 0, 0, _ALLOW), step(_ANSWER, 0, 0, _REFUSE)]
