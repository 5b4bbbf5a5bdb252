/**
 * A seccomp filter as classic BPF, written by hand so that no library is needed: an array of
 * 8-byte instructions (code, jump-true, jump-false, k). Denied calls answer EPERM. Some answer ENOSYS, so that programs
 * fall back: clone3, whose flags cannot be read here, and memory files, which count for nobody where there are no control
 * groups. A foreign architecture or an x32 number kills.
 */

const LOAD_WORD = 0x20;
const JUMP_EQUAL = 0x15;
const JUMP_GREATER_EQUAL = 0x35;
const JUMP_SET = 0x45;
const RETURN = 0x06;

const ALLOW = 0x7fff0000;
const KILL_PROCESS = 0x80000000;
const ERRNO = 0x00050000;
const EPERM = 1;
const ENOSYS = 38;

/** Offsets in `struct seccomp_data`. */
const NUMBER = 0;
const ARCHITECTURE = 4;
const ARGUMENTS = 16;

/** CLONE_NEWNS, CGROUP, UTS, IPC, USER, PID and NET. */
const NAMESPACE_FLAGS = 0x7e020000;
/** Both type into the operator's terminal. */
const TERMINAL_REQUESTS = [0x5412 /* TIOCSTI */, 0x541c /* TIOCLINUX */];
const X32_BIT = 0x40000000;
const LOCAL_FAMILY = 1; /* AF_UNIX */
const INTERNET_FAMILIES = [2 /* AF_INET */, 10 /* AF_INET6 */];

/** io_uring, the new mount calls, pidfd_getfd, process_madvise, mount_setattr and quotactl_fd have one number everywhere. */
const DENIED = [425, 426, 427, 428, 429, 430, 431, 432, 433, 438, 440, 442, 443];
/** clone3 and memfd_secret */
const UNKNOWN = [435, 447];

interface Architecture {
  readonly audit: number;
  readonly x32: boolean;
  readonly clone: number;
  readonly socket: number;
  readonly ioctl: number;
  readonly denied: readonly number[];
  readonly memoryFile: number;
  /** Calls on processes, with the argument that says whose and the only value it may have: the caller's own. */
  readonly ownOnly: readonly (readonly [call: number, argument: number, value: number])[];
}

const ARCHITECTURES: Readonly<Record<string, Architecture>> = {
  x64: {
    audit: 0xc000003e,
    x32: true,
    clone: 56,
    socket: 41,
    ioctl: 16,
    // ptrace process_vm_* mount umount2 pivot_root chroot unshare setns bpf perf_event_open userfaultfd add_key request_key keyctl
    // kexec_* *_module *_by_handle_at fanotify_init kcmp personality clock setting swap reboot host names acct quotactl syslog ldt io ports,
    // and what outlives a process: shmget semget msgget mq_open
    denied: [
      101, 310, 311, 165, 166, 155, 161, 272, 308, 321, 298, 323, 248, 249, 250, 246, 320, 175, 313, 176, 303, 304, 300, 312, 135, 227, 164, 305, 159, 167, 168,
      169, 170, 171, 163, 179, 103, 154, 172, 173, 29, 64, 68, 240,
    ],
    memoryFile: 319,
    // prlimit64 setpriority (twice) ioprio_set sched_setaffinity sched_setparam sched_setscheduler sched_setattr
    ownOnly: [
      [302, 0, 0],
      [141, 0, 0],
      [141, 1, 0],
      [251, 1, 0],
      [203, 0, 0],
      [142, 0, 0],
      [144, 0, 0],
      [314, 0, 0],
    ],
  },
  arm64: {
    audit: 0xc00000b7,
    x32: false,
    clone: 220,
    socket: 198,
    ioctl: 29,
    denied: [
      117, 270, 271, 40, 39, 41, 51, 97, 268, 280, 241, 282, 217, 218, 219, 104, 294, 105, 273, 106, 264, 265, 262, 272, 92, 112, 170, 266, 171, 224, 225, 142,
      161, 162, 89, 60, 116, 194, 190, 186, 180,
    ],
    memoryFile: 279,
    ownOnly: [
      [261, 0, 0],
      [140, 0, 0],
      [140, 1, 0],
      [30, 1, 0],
      [122, 0, 0],
      [118, 0, 0],
      [119, 0, 0],
      [274, 0, 0],
    ],
  },
};

type Instruction = readonly [code: number, jumpTrue: number, jumpFalse: number, k: number];

/**
 * The filter for a processor as Node names it; undefined where we have no table for it. `offline`: the network around the
 * job has nobody in it, so that sockets of the Internet do no harm. Elsewhere there are none: Landlock refuses connections
 * of plain TCP, and neither multipath TCP, nor data sent with the first packet, nor datagrams.
 */
export function seccompFilter(processor: string, { offline }: { readonly offline: boolean } = { offline: true }): Uint8Array | undefined {
  const architecture = ARCHITECTURES[processor];
  if (architecture === undefined) return undefined;
  const families = offline ? [LOCAL_FAMILY, ...INTERNET_FAMILIES] : [LOCAL_FAMILY];
  const program: Instruction[] = [
    [LOAD_WORD, 0, 0, ARCHITECTURE],
    [JUMP_EQUAL, 1, 0, architecture.audit],
    [RETURN, 0, 0, KILL_PROCESS],
    [LOAD_WORD, 0, 0, NUMBER],
    ...(architecture.x32
      ? ([
          [JUMP_GREATER_EQUAL, 0, 1, X32_BIT],
          [RETURN, 0, 0, KILL_PROCESS],
        ] as Instruction[])
      : []),
    ...[...architecture.denied, ...DENIED].flatMap((call) => answer(call, EPERM)),
    ...[architecture.memoryFile, ...UNKNOWN].flatMap((call) => answer(call, ENOSYS)),
    ...architecture.ownOnly.flatMap(([call, argument, value]): Instruction[] => [
      [JUMP_EQUAL, 0, 4, call],
      [LOAD_WORD, 0, 0, argumentAt(argument)],
      [JUMP_EQUAL, 1, 0, value],
      [RETURN, 0, 0, ERRNO | EPERM],
      [LOAD_WORD, 0, 0, NUMBER],
    ]),
    // clone with a namespace flag
    [JUMP_EQUAL, 0, 4, architecture.clone],
    [LOAD_WORD, 0, 0, argumentAt(0)],
    [JUMP_SET, 0, 1, NAMESPACE_FLAGS],
    [RETURN, 0, 0, ERRNO | EPERM],
    [RETURN, 0, 0, ALLOW],
    // socket of any family but these: AF_VSOCK and AF_ALG are not fenced by a network namespace
    [JUMP_EQUAL, 0, 2 + families.length + 1, architecture.socket],
    [LOAD_WORD, 0, 0, argumentAt(0)],
    ...families.map((family, index): Instruction => [JUMP_EQUAL, families.length - index, 0, family]),
    [RETURN, 0, 0, ERRNO | EPERM],
    [RETURN, 0, 0, ALLOW],
    [JUMP_EQUAL, 0, 1 + 2 * TERMINAL_REQUESTS.length, architecture.ioctl],
    [LOAD_WORD, 0, 0, argumentAt(1)],
    ...TERMINAL_REQUESTS.flatMap((request) => answer(request, EPERM)),
    [RETURN, 0, 0, ALLOW],
  ];
  const bytes = new DataView(new ArrayBuffer(program.length * 8));
  program.forEach(([code, jumpTrue, jumpFalse, k], index) => {
    bytes.setUint16(index * 8, code, true);
    bytes.setUint8(index * 8 + 2, jumpTrue);
    bytes.setUint8(index * 8 + 3, jumpFalse);
    bytes.setUint32(index * 8 + 4, k >>> 0, true);
  });
  return new Uint8Array(bytes.buffer);
}

/** Answers an error where the loaded word is this. */
function answer(word: number, error: number): Instruction[] {
  return [
    [JUMP_EQUAL, 0, 1, word],
    [RETURN, 0, 0, ERRNO | error],
  ];
}

/** The low half of an argument: all that the kernel reads of a number of 32 bits. */
function argumentAt(index: number): number {
  return ARGUMENTS + 8 * index;
}
