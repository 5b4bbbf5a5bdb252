import type { Attack } from './attack.ts';

/** Programs that try to be there for the next job; what they did must not show in it. */
export const REMAINING: readonly Attack[] = [
  {
    title: 'leaves a daemon behind',
    program: `breach(False)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        while True:
            time.sleep(0.02)
            open("/output/late.csv", "w").write("late")
    os._exit(0)`,
  },
  {
    title: 'leaves a module that the next job would import',
    program:
      'breach(False)\nfor place in ("/output", "/tmp", "/dev/shm"):\n    for name in ("sitecustomize.py", "pandas.py", "json.py"): open(f"{place}/{name}", "w").write("raise SystemExit(9)")',
  },
  {
    title: 'changes a function that the next job calls',
    program: 'breach(False)\nimport json.encoder\njson.dumps = json.dump = lambda *_: "forged"\nos.listdir = lambda *_: []',
  },
  {
    title: 'takes the permissions off its folders',
    program:
      'breach(False)\nos.makedirs("/tmp/a/b/c")\nfor path in ("/tmp/a/b/c", "/tmp/a/b", "/tmp/a", "/tmp", "/dev/shm", "/output"):\n    try: os.chmod(path, 0)\n    except OSError: pass',
  },
  {
    title: 'leaves notes on its folders',
    program: 'breach(False)\nfor path in ("/input", "/tmp", "/dev/shm", "/output"):\n    try: os.setxattr(path, "user.left", b"x")\n    except OSError: pass',
  },
  {
    title: 'leaves a tree too deep to walk',
    program: 'breach(False)\nos.chdir("/tmp")\nfor _ in range(3000):\n    os.mkdir("d"); os.chdir("d")',
  },
  {
    title: 'leaves files that nobody may touch',
    program: 'breach(False)\nfor name in ("x", "a\\nb", "-rf", "\\udcff"): open("/tmp/" + name, "w").close()\nos.chmod("/tmp/x", 0)\nos.mkdir("/tmp/d", 0)',
  },
];
