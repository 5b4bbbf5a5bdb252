import { TIGHT, type Attack } from './attack.ts';

/** Fills a folder until it is full and reports how much went in; more than the disk of the job is a breach. */
const fills = (folder: string): Attack => ({
  title: `fills ${folder}`,
  program: `block, total = b"x" * 2**20, 0
try:
    for number in range(200):
        with open("${folder}/fill" + str(number), "wb") as stream: stream.write(block); total += 1
except OSError: pass
for number in range(total + 1):
    try: os.unlink("${folder}/fill" + str(number))
    except OSError: pass
breach(total > 32)`,
  limits: { ...TIGHT, diskMb: 64 },
  only: 'untrusted',
});

/** Programs that use up what they share with others. */
export const EXHAUSTING: readonly Attack[] = [
  {
    title: 'forks in a line',
    program:
      'made = 0\ntry:\n    for _ in range(2000):\n        if os.fork() == 0:\n            time.sleep(60); os._exit(0)\n        made += 1\nexcept OSError: pass\nbreach(made > 40)',
    limits: TIGHT,
  },
  {
    title: 'forks without end',
    program: 'breach(False)\nwhile True:\n    try: os.fork()\n    except OSError: time.sleep(0.01)',
    ended: ['timeout', 'failed', 'out_of_memory'],
    limits: { ...TIGHT, wallMs: 2_000 },
  },
  {
    title: 'takes all memory',
    program: 'held = []\ntry:\n    for _ in range(64): held.append(bytearray(64 * 2**20))\n    breach(True)\nexcept MemoryError: breach(False)',
    ended: ['out_of_memory', 'failed'],
    limits: TIGHT,
  },
  {
    title: 'takes all memory through many children',
    program: `for _ in range(20):
    if os.fork() == 0:
        held = bytearray(100 * 2**20); time.sleep(60); os._exit(0)
time.sleep(1)
states = []
for name in os.listdir("/proc"):
    if name.isdigit():
        try: states.append(open(f"/proc/{name}/statm").read().split()[1])
        except OSError: pass
breach(sum(int(pages) > 25_000 for pages in states) >= 18)`,
    ended: ['out_of_memory', 'failed'],
    limits: TIGHT,
  },
  {
    title: 'hides memory in files without a name',
    program: 'breach(hasattr(os, "memfd_create") and works(os.memfd_create, "x") or calls(447, 0))',
  },
  ...['/tmp', '/dev/shm', '/output'].map(fills),
  {
    title: 'makes files without end',
    program: 'try:\n    for number in range(60_000): os.mknod(f"/tmp/{number}")\nexcept OSError: pass\nbreach(False)',
    ended: ['output_rejected'],
    limits: { wallMs: 45_000 },
  },
  { title: 'prints ten gigabytes', program: 'breach(True)\nblock = "x" * 2**20\nfor _ in range(10240): print(block)', ended: ['log_limit'] },
  {
    title: 'ignores every signal and spins',
    program:
      'breach(False)\nfor number in range(1, 65):\n    try: signal.signal(number, signal.SIG_IGN)\n    except (OSError, ValueError): pass\nwhile True: pass',
    ended: ['timeout'],
    limits: { wallMs: 10_000, cpuSeconds: 1 },
  },
  { title: 'spins past its processor time', program: 'breach(False)\nwhile True: pass', ended: ['timeout'], limits: { wallMs: 10_000, cpuSeconds: 1 } },
  { title: 'sleeps for ever', program: 'breach(False)\ntime.sleep(3600)', ended: ['timeout'], limits: { wallMs: 500 } },
  {
    title: 'raises its own limits',
    program:
      'def raises(kind):\n    try:\n        resource.setrlimit(kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)); return True\n    except (ValueError, OSError): return False\nbreach([kind for kind in (resource.RLIMIT_CPU, resource.RLIMIT_FSIZE, resource.RLIMIT_NPROC, resource.RLIMIT_NOFILE, resource.RLIMIT_CORE) if raises(kind)])',
  },
];
