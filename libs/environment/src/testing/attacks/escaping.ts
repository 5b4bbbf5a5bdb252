import type { Attack } from './attack.ts';

/** A call that must answer an error whatever its arguments are worth: ENOSYS or EPERM, not EFAULT or EINVAL. */
const refused = (title: string, numbers: Readonly<Record<string, number>>): Attack => ({
  title,
  program: `import platform
number = ${JSON.stringify(numbers)}[platform.machine()]
ctypes.set_errno(0)
answer = libc.syscall(number, -1, -1, -1, -1, -1)
breach(answer >= 0 or ctypes.get_errno() not in (errno.EPERM, errno.ENOSYS))`,
});

/** Programs that go for the kernel or for process 1. Files of the whole host are only opened, never written: if the fence fails, the write is real. */
export const ESCAPING: readonly Attack[] = [
  {
    title: 'writes outside of its folders',
    program: 'breach([path for path in ("/fill", "/usr/fill", "/dev/fill", "/input/fill", "/proc/fill", "/home") if opens(path, os.O_WRONLY | os.O_CREAT)])',
  },
  { title: 'changes its inputs', program: 'breach(opens("/input/attack.py") or os.access("/input", os.W_OK) or works(os.chmod, "/input/attack.py", 0o777))' },
  { title: 'opens the core pattern of the host', program: 'breach(opens("/proc/sys/kernel/core_pattern"))' },
  { title: 'opens the cache switch of the host', program: 'breach(opens("/proc/sys/vm/drop_caches"))' },
  { title: 'opens the key of the host for emergencies', program: 'breach(opens("/proc/sysrq-trigger"))' },
  {
    title: 'makes itself hard to kill for memory',
    program: 'try:\n    open("/proc/self/oom_score_adj", "w").write("-1000"); breach(True)\nexcept OSError: breach(False)',
  },
  { title: 'opens the memory of process 1', program: 'breach(opens("/proc/1/mem", os.O_RDWR) or opens("/proc/1/mem", os.O_RDONLY))' },
  {
    title: 'kills every process',
    program: 'breach(False)\nfor whom in (-1, 1):\n    try: os.kill(whom, signal.SIGKILL)\n    except OSError: pass',
    ended: ['failed', 'succeeded'],
  },
  {
    title: 'interrupts process 1 with every signal',
    program: 'breach(False)\nfor number in range(1, 65):\n    try: os.kill(1, number)\n    except OSError: pass',
  },
  {
    title: 'lowers the limits of process 1',
    program:
      'def lowers(kind):\n    try:\n        resource.prlimit(1, kind, (0, 0)); return True\n    except OSError: return False\nbreach([kind for kind in (resource.RLIMIT_CPU, resource.RLIMIT_NOFILE, resource.RLIMIT_FSIZE) if lowers(kind)])',
  },
  {
    title: 'slows process 1 down',
    program: 'breach(works(os.setpriority, os.PRIO_PROCESS, 1, 19) or works(os.setpriority, os.PRIO_USER, 0, 19) or works(os.sched_setaffinity, 1, {0}))',
  },
  {
    title: 'traces another process',
    program: 'child = os.fork()\nif child == 0: time.sleep(5); os._exit(0)\nbreach(libc.ptrace(16, child, 0, 0) == 0)',
  },
  { title: 'makes namespaces', program: 'breach(any(libc.unshare(flag) == 0 for flag in (0x10000000, 0x20000, 0x40000000, 0x20000000)))' },
  {
    title: 'makes namespaces by clone',
    program:
      'import platform\nnumber = {"x86_64": 56, "aarch64": 220}[platform.machine()]\nchild = libc.syscall(number, 0x10000000 | signal.SIGCHLD, None, None, None, None)\nif child == 0: os._exit(0)\nbreach(child > 0)',
  },
  {
    title: 'makes namespaces by clone3',
    program:
      'arguments = (ctypes.c_uint64 * 11)(0x10000000, 0, 0, 0, signal.SIGCHLD)\nnumber = libc.syscall(435, ctypes.byref(arguments), 88)\nif number == 0: os._exit(0)\nbreach(number > 0)',
  },
  { title: 'mounts', program: 'breach(libc.mount(b"none", b"/tmp", b"tmpfs", 0, None) == 0)' },
  refused('loads a program into the kernel', { x86_64: 321, aarch64: 280 }),
  refused('makes a kernel ring', { x86_64: 425, aarch64: 425 }),
  refused('watches page faults', { x86_64: 323, aarch64: 282 }),
  refused('measures the processor', { x86_64: 298, aarch64: 241 }),
  refused('uses the keyring', { x86_64: 250, aarch64: 219 }),
  refused('reads the log of the kernel', { x86_64: 103, aarch64: 116 }),
  refused('makes shared memory that outlives it', { x86_64: 29, aarch64: 194 }),
  refused('makes a message queue that outlives it', { x86_64: 68, aarch64: 186 }),
  {
    title: 'calls by the numbers of another interface',
    program: 'breach(False)\nimport platform\nif platform.machine() == "x86_64" and libc.syscall(0x40000000 + 39) > 0: breach(True)\nraise SystemExit(1)',
    ended: ['failed'],
  },
  { title: 'types into the terminal', program: 'import fcntl\nbreach(any(works(fcntl.ioctl, 0, request, b"x") for request in (0x5412, 0x541c)))' },
];
