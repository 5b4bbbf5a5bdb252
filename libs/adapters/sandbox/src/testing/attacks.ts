import type { JobLimits, JobStatus } from '@mle-smith/environment';

/** A program that tries what no job may. It reports `True` where it got through; being ended counts as stopped where `ended` names how. */
export interface Attack {
  readonly title: string;
  /** Python; `breach(found)` reports. */
  readonly program: string;
  readonly ended?: readonly JobStatus[];
  readonly limits?: Partial<JobLimits>;
  /** Needs limits over all processes of a job together. */
  readonly needsControlGroups?: true;
}

/** Goes before every attack. */
export const PRELUDE = `import ctypes, errno, json, os, signal, socket, stat, struct, subprocess, sys, time
libc = ctypes.CDLL(None, use_errno=True)
def breach(found):
    with open("/output/report.json", "w") as stream: json.dump({"breached": bool(found), "found": str(found)[:200]}, stream)
def opens(path, flags=os.O_WRONLY):
    try:
        os.close(os.open(path, flags)); return True
    except OSError: return False
def calls(number, *arguments):
    ctypes.set_errno(0)
    return libc.syscall(number, *arguments) >= 0
`;

const write = (body: string): string => `${body}\n`;
const socketOpens = (family: number, kind = 'socket.SOCK_STREAM'): string =>
  write(`try:\n    socket.socket(${family}, ${kind}).close(); breach(True)\nexcept OSError: breach(False)`);
const fills = (path: string): string =>
  write(
    `block, total = b"x" * 2**20, 0\ntry:\n    for number in range(1100):\n        with open(f"${path}/fill{number}", "wb") as stream: stream.write(block); total += 1\nexcept OSError: pass\nbreach(total >= 1100)`,
  );
const submits = (body: string): string => write(`${body}\nbreach(False)`);
/** A scratch holds this many MB by default; the fillers try for more. */
const TIGHT = { wallMs: 15_000, diskMb: 64, memoryMb: 512, processes: 32 } as const;

/** The attacks of the suite; SECRET and PORT are replaced by a file and a listening port of the host. */
export const ATTACKS: readonly Attack[] = [
  { title: 'reads a file of the host by its path', program: write('breach(opens("SECRET", os.O_RDONLY))') },
  { title: 'searches the disk for answers', program: write('breach(any("test_answer.csv" in names for _, _, names in os.walk("/")))') },
  { title: 'reads the password file', program: write('breach(opens("/etc/shadow", os.O_RDONLY))') },
  {
    title: "reads its parent's environment",
    program: write(
      'try:\n    text = open("/proc/1/environ").read()\nexcept OSError: text = ""\nbreach("HOST_SECRET" in text or "HOST_SECRET" in os.environ or opens("/proc/1/environ", os.O_RDONLY))',
    ),
  },
  {
    title: 'reaches a server of the host over loopback',
    program: write('try:\n    socket.create_connection(("127.0.0.1", PORT), timeout=1).close(); breach(True)\nexcept OSError: breach(False)'),
  },
  {
    title: 'reaches the network',
    program: write(
      'try:\n    socket.create_connection(("192.0.2.1", 80), timeout=0.3).close(); breach(True)\nexcept OSError as error: breach(error.errno not in (errno.ENETUNREACH, errno.EPERM, errno.EACCES))',
    ),
  },
  { title: 'opens a vsock socket', program: socketOpens(40) },
  { title: 'opens a netlink socket', program: socketOpens(16, 'socket.SOCK_RAW') },
  { title: 'opens a packet socket', program: socketOpens(17, 'socket.SOCK_RAW') },
  { title: 'opens a kernel crypto socket', program: socketOpens(38, 'socket.SOCK_SEQPACKET') },
  {
    title: 'forks in a line',
    program: write(
      'made = 0\ntry:\n    for _ in range(2000):\n        if os.fork() == 0:\n            time.sleep(60); os._exit(0)\n        made += 1\nexcept OSError: pass\nbreach(made > 200)',
    ),
    limits: TIGHT,
  },
  {
    title: 'forks without end',
    program: write('breach(False)\nwhile True:\n    try: os.fork()\n    except OSError: time.sleep(0.01)'),
    ended: ['timeout', 'failed', 'out_of_memory'],
    limits: { ...TIGHT, wallMs: 3_000 },
  },
  {
    title: 'takes all memory',
    program: write('held = []\ntry:\n    for _ in range(64): held.append(bytearray(64 * 2**20))\n    breach(True)\nexcept MemoryError: breach(False)'),
    ended: ['out_of_memory', 'failed'],
    limits: TIGHT,
  },
  {
    title: 'takes all memory through many children',
    program: write(
      'children = []\nfor _ in range(20):\n    if os.fork() == 0:\n        held = bytearray(100 * 2**20); time.sleep(3); os._exit(0)\ntime.sleep(2)\nalive = sum(1 for name in os.listdir("/proc") if name.isdigit()) - 2\nbreach(alive >= 20)',
    ),
    ended: ['out_of_memory', 'failed'],
    limits: TIGHT,
    needsControlGroups: true,
  },
  { title: 'fills /tmp', program: fills('/tmp'), limits: TIGHT, ended: ['out_of_memory'] },
  { title: 'fills /dev/shm', program: fills('/dev/shm'), limits: TIGHT, ended: ['out_of_memory'] },
  {
    title: 'fills /output',
    program: fills('/output').replace(
      'breach(total',
      'for number in range(total + 1):\n    try: os.unlink(f"/output/fill{number}")\n    except OSError: pass\nbreach(total',
    ),
    limits: TIGHT,
    ended: ['out_of_memory'],
  },
  {
    title: 'fills the root',
    program: write('breach(any(opens(path, os.O_WRONLY | os.O_CREAT) for path in ("/fill", "/usr/fill", "/dev/fill", "/input/fill")))'),
  },
  { title: 'changes its inputs', program: write('breach(opens("/input/attack.py", os.O_WRONLY) or os.access("/input", os.W_OK))') },
  { title: 'opens the core pattern of the host', program: write('breach(opens("/proc/sys/kernel/core_pattern"))') },
  { title: 'opens the cache switch of the host', program: write('breach(opens("/proc/sys/vm/drop_caches"))') },
  {
    title: 'makes itself hard to kill for memory',
    program: write('try:\n    open("/proc/self/oom_score_adj", "w").write("-1000"); breach(True)\nexcept OSError: breach(False)'),
  },
  { title: 'opens the memory of process 1', program: write('breach(opens("/proc/1/mem", os.O_RDWR) or opens("/proc/1/mem", os.O_RDONLY))') },
  { title: 'prints ten gigabytes', program: write('breach(True)\nblock = "x" * 2**20\nfor _ in range(10240): print(block)'), ended: ['log_limit'] },
  {
    title: 'submits a file above the limit',
    program: submits(
      'with open("/output/submission.csv", "wb") as stream:\n    try:\n        for _ in range(200): stream.write(b"x" * 2**20)\n    except OSError: pass\nos.truncate("/output/submission.csv", 0)',
    ),
    limits: TIGHT,
    ended: ['out_of_memory', 'output_rejected', 'failed'],
  },
  {
    title: 'submits a sparse file',
    program: submits('with open("/output/submission.csv", "wb") as stream: stream.truncate(60 * 2**20)'),
    ended: ['output_rejected'],
    limits: TIGHT,
  },
  { title: 'submits a link to a file of the host', program: submits('os.symlink("/etc/passwd", "/output/submission.csv")'), ended: ['output_rejected'] },
  {
    title: 'submits a file with two names',
    program: submits('open("/output/other", "w").write("x")\nos.link("/output/other", "/output/submission.csv")'),
    ended: ['output_rejected'],
  },
  { title: 'submits a pipe', program: submits('os.mkfifo("/output/submission.csv")'), ended: ['output_rejected'] },
  {
    title: 'submits a folder of odd names',
    program: submits('os.mkdir("/output/submission.csv")\nopen("/output/submission.csv/..x\\n", "w").close()'),
    ended: ['output_rejected'],
  },
  {
    title: 'makes a device',
    program: write('try:\n    os.mknod("/output/submission.csv", stat.S_IFCHR | 0o666, os.makedev(1, 3)); breach(True)\nexcept OSError: breach(False)'),
  },
  {
    title: 'leaves a program that runs as its owner',
    program: write('open("/output/submission.csv", "w").write("#!/bin/sh\\nid\\n")\nos.chmod("/output/submission.csv", 0o4755)\nbreach(os.getuid() == 0)'),
  },
  {
    title: 'traces another process',
    program: write('child = os.fork()\nif child == 0: time.sleep(5); os._exit(0)\nbreach(libc.ptrace(16, child, 0, 0) == 0)'),
  },
  {
    title: 'kills every process',
    program: write('breach(False)\ntry: os.kill(-1, signal.SIGKILL)\nexcept OSError: pass\ntry: os.kill(1, signal.SIGKILL)\nexcept OSError: pass'),
    ended: ['failed', 'succeeded'],
  },
  {
    title: 'ignores every signal and spins',
    program: write(
      'breach(False)\nfor number in range(1, 65):\n    try: signal.signal(number, signal.SIG_IGN)\n    except (OSError, ValueError): pass\nwhile True: pass',
    ),
    ended: ['timeout'],
    limits: { wallMs: 2_000, cpuSeconds: 3 },
  },
  {
    title: 'spins past its processor time',
    program: write('breach(False)\nwhile True: pass'),
    ended: ['timeout', 'failed'],
    limits: { wallMs: 10_000, cpuSeconds: 1 },
  },
  {
    title: 'leaves a daemon behind',
    program: write(
      'breach(False)\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        while True:\n            time.sleep(0.02)\n            open("/output/late.csv", "w").write("late")\n    os._exit(0)',
    ),
  },
  { title: 'makes namespaces', program: write('breach(any(libc.unshare(flag) == 0 for flag in (0x10000000, 0x20000, 0x40000000, 0x20000000)))') },
  { title: 'mounts', program: write('breach(libc.mount(b"none", b"/tmp", b"tmpfs", 0, None) == 0)') },
  { title: 'loads a program into the kernel', program: write('breach(calls(321, 0, ctypes.byref((ctypes.c_char * 128)()), 128))') },
  { title: 'makes a kernel ring', program: write('breach(calls(425, 8, ctypes.byref((ctypes.c_char * 256)())))') },
  {
    title: 'makes namespaces by clone3',
    program: write(
      'arguments = (ctypes.c_uint64 * 11)(0x10000000, 0, 0, 0, signal.SIGCHLD)\nnumber = libc.syscall(435, ctypes.byref(arguments), 88)\nif number == 0: os._exit(0)\nbreach(number > 0)',
    ),
  },
  {
    title: 'calls by the numbers of another interface',
    program: write('breach(False)\nif libc.syscall(0x40000000 + 39) > 0: breach(True)'),
    ended: ['failed'],
  },
  { title: 'counts the processes of the host', program: write('breach(sum(1 for name in os.listdir("/proc") if name.isdigit()) > 6)') },
  {
    title: 'uses descriptors that somebody left open',
    program: write(
      'found = []\nfor number in range(3, 300):\n    try: found.append(os.readlink(f"/proc/self/fd/{number}"))\n    except OSError: pass\nbreach([path for path in found if not path.startswith(("pipe:", "/proc", "anon_inode", "/input", "/output"))])',
    ),
  },
  {
    title: 'forges the answer of its job',
    program: write(
      'breach(False)\nfor number in range(3, 300):\n    try: os.write(number, b\'{"id":"x","status":"ended","exitCode":0,"outputs":[],"value":{"score":1e9}}\\n\')\n    except OSError: pass',
    ),
  },
  {
    title: 'leaves a module that the next job would import',
    program: write(
      'breach(False)\nfor place in ("/output", "/tmp", "/dev/shm"):\n    for name in ("sitecustomize.py", "pandas.py"): open(f"{place}/{name}", "w").write("raise SystemExit(9)")',
    ),
  },
];
