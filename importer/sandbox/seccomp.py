"""seccomp: the calls to the kernel that reading a file never makes. They fail with "not permitted" from then on.

A list of what is denied, not of what is allowed: libraries differ in the calls that they compute with, and what reaches
out of a process (addresses, programs, other processes, the machine itself) is known. Numbers of the kernel's tables,
as (x86_64, aarch64); None where an architecture has no such call.
"""

from __future__ import annotations

import ctypes
import platform
import struct
from collections.abc import Iterator

DENIED: dict[str, tuple[int | None, int | None]] = {
    # addresses
    "socket": (41, 198),
    "socketpair": (53, 199),
    "connect": (42, 203),
    "bind": (49, 200),
    "listen": (50, 201),
    "accept": (43, 202),
    "accept4": (288, 242),
    "sendto": (44, 206),
    "sendmsg": (46, 211),
    "sendmmsg": (307, 269),
    "recvmsg": (47, 212),
    # programs and processes
    "execve": (59, 221),
    "execveat": (322, 281),
    "fork": (57, None),
    "vfork": (58, None),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kill": (62, 129),
    "tkill": (200, 130),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424),
    "kcmp": (312, 272),
    "prlimit64": (302, 261),
    # names and roots
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_by_handle_at": (304, 265),
    "mknod": (133, None),
    "mknodat": (259, 33),
    "move_mount": (429, 429),
    "open_tree": (428, 428),
    "fsopen": (430, 430),
    "mount_setattr": (442, 442),
    # doors around the others
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "bpf": (321, 280),
    "userfaultfd": (323, 282),
    "perf_event_open": (298, 241),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "personality": (135, 92),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    # the machine
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "acct": (163, 89),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "adjtimex": (159, 171),
    "clock_adjtime": (305, 266),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "quotactl": (179, 60),
    "ioperm": (173, None),
    "iopl": (172, None),
    "syslog": (103, 116),
    "vhangup": (153, 58),
}
ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}  # column in DENIED, AUDIT_ARCH_…
CLONE, CLONE3 = (56, 220), (435, 435)
CLONE_THREAD = 0x10000
X32 = 0x40000000  # calls of the third convention of x86_64 carry this bit, and the same numbers mean others

SET_SECCOMP, SECCOMP_FILTER, NO_NEW_PRIVILEGES = 22, 2, 38  # of prctl
ALLOW, KILL = 0x7FFF0000, 0x80000000
DENY, NO_SUCH_CALL = 5 << 16 | 1, 5 << 16 | 38  # the call fails with EPERM, with ENOSYS
LOAD, JUMP_EQUAL, JUMP_AT_LEAST, JUMP_IF_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16  # offsets in struct seccomp_data

Step = tuple[int, int, int, int]  # code, jump if true, jump if false, operand


def deny() -> tuple[str, ...]:
    """Deny the calls to this process; names what is in force, nothing where the kernel or the machine is another."""
    if platform.machine() not in ARCHITECTURES:
        return ()
    steps = [*_steps(*ARCHITECTURES[platform.machine()])]
    body = b"".join(struct.pack("=HBBI", *step) for step in steps)
    held = ctypes.create_string_buffer(body, len(body))
    program = ctypes.create_string_buffer(struct.pack("@HP", len(steps), ctypes.addressof(held)))
    library = ctypes.CDLL(None, use_errno=True)
    library.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    if library.prctl(SET_SECCOMP, SECCOMP_FILTER, program, 0, 0):
        return ()
    return ("no network: seccomp", "no programs: seccomp")


def _steps(column: int, architecture: int) -> Iterator[Step]:
    """The filter, a program of the kernel's little machine: each call's number against the list."""
    yield LOAD, 0, 0, ARCHITECTURE
    yield JUMP_EQUAL, 1, 0, architecture
    yield RETURN, 0, 0, KILL
    yield LOAD, 0, 0, NUMBER
    if architecture == ARCHITECTURES["x86_64"][1]:
        yield JUMP_AT_LEAST, 0, 1, X32
        yield RETURN, 0, 0, DENY
    for numbers in DENIED.values():
        if (number := numbers[column]) is not None:
            yield JUMP_EQUAL, 0, 1, number
            yield RETURN, 0, 0, DENY
    # The newer call hides its flags behind a pointer: said to be missing, the C library uses the older one.
    yield JUMP_EQUAL, 0, 1, CLONE3[column]
    yield RETURN, 0, 0, NO_SUCH_CALL
    # Threads may be started, processes may not.
    yield JUMP_EQUAL, 0, 3, CLONE[column]
    yield LOAD, 0, 0, FIRST_ARGUMENT
    yield JUMP_IF_BIT, 1, 0, CLONE_THREAD
    yield RETURN, 0, 0, DENY
    yield RETURN, 0, 0, ALLOW
