import { TIGHT, type Attack } from './attack.ts';

const submits = (title: string, body: string, rest: Partial<Attack> = {}): Attack => ({
  title: `submits ${title}`,
  program: `breach(True)\n${body}`,
  ended: ['output_rejected'],
  ...rest,
});

/** Programs that leave something else than plain files. */
export const SUBMITTING: readonly Attack[] = [
  submits('a file above the limit', 'with open("/output/submission.csv", "wb") as stream:\n    for _ in range(200): stream.write(b"x" * 2**20)', {
    limits: { ...TIGHT, diskMb: 64 },
    ended: ['failed'],
    only: 'untrusted',
  }),
  submits('more bytes than it may in many files', 'os.mkdir("submission.csv")\nfor n in range(9): open(f"submission.csv/{n}", "wb").write(b"x" * 2**22)', {
    limits: { ...TIGHT, diskMb: 64 },
    ended: ['failed'],
    only: 'untrusted',
  }),
  submits('a sparse file', 'with open("/output/submission.csv", "wb") as stream: stream.truncate(60 * 2**20)'),
  submits('a sparse file of 50 GB', 'with open("/output/submission.csv", "wb") as stream: stream.truncate(50 * 2**30)', { ended: ['failed'] }),
  submits('a link to a file of the host', 'os.symlink("/etc/passwd", "/output/submission.csv")'),
  submits('a link to its inputs', 'os.symlink("/input", "/output/submission.csv")'),
  submits('a folder with a link in it', 'os.mkdir("/output/submission.csv")\nos.symlink("/input/attack.py", "/output/submission.csv/x")'),
  submits('a file with two names', 'open("/output/other", "w").write("x")\nos.link("/output/other", "/output/submission.csv")'),
  submits('a pipe', 'os.mkfifo("/output/submission.csv")'),
  submits('a socket', 'socket.socket(socket.AF_UNIX).bind("/output/submission.csv")'),
  submits('a file that nobody may read', 'open("/output/submission.csv", "w").write("x")\nos.chmod("/output/submission.csv", 0)'),
  submits('a folder of odd names', 'os.mkdir("/output/submission.csv")\nopen("/output/submission.csv/..x", "w").close()'),
  submits('a name that ends in a new line', 'os.mkdir("/output/submission.csv")\nopen("/output/submission.csv/x\\n", "w").close()'),
  submits('a deep tree', 'os.makedirs("/output/submission.csv" + "/d" * 12)'),
  submits('too many files', 'os.mkdir("/output/submission.csv")\nfor number in range(60_001): os.mknod(f"/output/submission.csv/{number}")'),
  {
    title: 'makes a device',
    program: 'breach(works(os.mknod, "/output/submission.csv", stat.S_IFCHR | 0o666, os.makedev(1, 3)))',
  },
  {
    title: 'leaves a program that runs as its owner',
    program:
      'open("/output/submission.csv", "w").write("#!/bin/sh\\nid\\n")\nos.chmod("/output/submission.csv", 0o6755)\nbreach(os.getuid() == 0 or 0 in os.getgroups())',
  },
  {
    title: 'leaves a pickle that runs when read',
    program:
      'import pickle\nclass Bomb:\n    def __reduce__(self): return os._exit, (9,)\npickle.dump(Bomb(), open("/output/submission.csv", "wb"))\nbreach(False)',
  },
  {
    title: 'forges the answer of its job',
    program:
      'breach(False)\nfor number in range(3, 300):\n    try: os.write(number, b\'{"id":"x","status":"ended","exitCode":0,"outputs":[],"value":{"score":1e9}}\\n\')\n    except OSError: pass',
  },
];
