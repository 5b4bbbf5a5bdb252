import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FilesystemArtifactStore } from '@mle-smith/adapter-filesystem';
import { probeSandbox, SandboxJobRunner } from '@mle-smith/adapter-sandbox';
import { callOf, ScriptedSource } from '@mle-smith/agent/testing';
import { Environment, FEEDBACK_MODES } from '@mle-smith/environment';
import { oncePerProcess, openSolver, solveTask, type Solved } from '@mle-smith/execute';
import { putFiles } from '@mle-smith/package';

const ROOT = join(import.meta.dirname, '../..');
/** Each answer is this, and the key too; a participant may know neither. */
const CANARY = 'canary-4f1c9b-of-answers';
/** Stands in the data of participants: a search that finds nothing at all would say nothing. */
const BAIT = 'bait-77ac02-of-inputs';
const rows = Array.from({ length: 40 }, (_, row) => row);
const PACKAGE = {
  'data/public/description.txt': 'Name the code of each row.\n',
  'data/public/train.csv': `id,x,y\n${rows.map((row) => `${row},${row},${BAIT}`).join('\n')}\n`,
  'data/public/sample_submission.csv': `id,y\n${rows.map((row) => `${row + 100},none`).join('\n')}\n`,
  'data/private/test_answer.csv': `id,y\n${rows.map((row) => `${row + 100},${CANARY}`).join('\n')}\n`,
  'utils/metric.py': `class AccuracyMetrics:
    def evaluate(self, y_true, y_pred):
        return float((y_true.set_index("id")["y"] == y_pred.set_index("id")["y"]).mean())

    def validate_submission(self, submission, ground_truth):
        return "Submission is valid."
`,
};
const SAMPLE = 'import shutil, sys\nshutil.copy(sys.argv[1] + "/sample_submission.csv", "submission.csv")\n';

/**
 * Looks for both words in every name, link and file that it can reach, the environments, arguments, maps and open files of
 * all processes among them, and in the memory of others; it knows where the artifacts lie on the machine. The words are put together, so that it does not find itself.
 */
const thief = (...places: readonly string[]): string => `
import json, os, stat, sys
words = {"canary": b"canary-4f1c9b-" + b"of-answers", "bait": b"bait-77ac02-" + b"of-inputs"}
hits, seen, read, left = {name: [] for name in words}, 0, 0, []
def look(where, data):
    for name, word in words.items():
        if word in data: hits[name].append(where)
# Programs of the system are many and large, and nobody can have written to them: of these the names are enough.
SYSTEM = ("/usr/", "/mle-smith/venv/", "/lib", "/bin", "/sbin", "/nix/", "/opt/")
# Who may not list the root still guesses what lies below it.
ROOTS = ["/input", "/output", "/proc", "/dev", "/tmp", "/var", "/run", "/etc", "/home", "/root", "/srv", "/mnt", "/media", "/work", "/data", "/mle-smith",
         "/usr", "/lib", "/lib64", "/bin", "/sbin", "/opt", "/boot", "/private", "/answers", "/proc/1/root", "/proc/1/cwd", "/proc/self/root", *${JSON.stringify(places)}]
for folder, names, files in (entry for root in ROOTS if not root[1:].startswith(("lib", "bin", "sbin")) or not os.path.islink(root) for entry in os.walk(root, onerror=lambda error: left.append(type(error).__name__))):
    for name in names + files:
        path = os.path.join(folder, name)
        seen += 1
        look(path, os.fsencode(path))
        try:
            kind = os.lstat(path)
            if stat.S_ISLNK(kind.st_mode): look(path, os.fsencode(os.readlink(path)))
            if not stat.S_ISREG(kind.st_mode): continue
            if path.startswith(SYSTEM) and not os.access(path, os.W_OK): continue
            if path.endswith(("/mem", "/pagemap", "/kcore", "/kmsg", "/clear_refs")): continue
            with open(path, "rb", buffering=0) as file: data = file.read(8_000_000)
            read += 1
            look(path, data)
        except OSError as error: left.append(type(error).__name__)
for process in (name for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()):
    for part in os.listdir("/proc/" + process + "/fd") if os.access("/proc/" + process + "/fd", os.R_OK) else []:
        try:
            with open("/proc/" + process + "/fd/" + part, "rb", buffering=0) as file:
                os.set_blocking(file.fileno(), False)
                look("fd of " + process, file.read(1_000_000) or b"")
        except OSError as error: left.append(type(error).__name__)
    try:
        with open("/proc/" + process + "/maps") as maps, open("/proc/" + process + "/mem", "rb", buffering=0) as memory:
            for line in maps:
                start, end = (int(text, 16) for text in line.split()[0].split("-"))
                memory.seek(start); look("memory of " + process, memory.read(min(end - start, 50_000_000)))
    except (OSError, ValueError, OverflowError) as error: left.append(type(error).__name__)
look("environment", repr(dict(os.environ)).encode())
print("SEARCHED", json.dumps({"seen": seen, "read": read, "canary": hits["canary"][:20], "bait": sorted(hits["bait"])[:20], "left": len(left)}))
`;

const BOUNDS = { turns: 12, toolCalls: 8, tokens: 100_000, wallMs: 300_000, repeats: 3, replyTokens: 1_000 };
const suite = (await probeSandbox()).mode === 'process' ? describe.skip : describe;

suite('a solver in the sandbox', () => {
  let folder: string;
  let jobs: SandboxJobRunner;
  let environment: Environment;

  beforeAll(async () => {
    process.env['MLE_SMITH_API_KEY'] = CANARY;
    folder = await mkdtemp(join(tmpdir(), 'thief-'));
    const artifacts = await FilesystemArtifactStore.open(join(folder, 'artifacts'));
    const python = join(ROOT, '.cache', 'venv', 'bin', 'python');
    jobs = await SandboxJobRunner.open({ artifacts, python, mleEnvPath: join(ROOT, 'libs', 'mle-env', 'src'), workDirectory: join(folder, 'work') });
    const bundle = await artifacts.putBundle(await putFiles(artifacts, PACKAGE));
    environment = new Environment({ jobs, artifacts, bundle, name: 'codes', spec: { id: 'id', target: 'y', metric: 'accuracy' }, limits: { wallMs: 120_000 } });
  });
  afterAll(async () => {
    delete process.env['MLE_SMITH_API_KEY'];
    await jobs.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function solved(...programs: readonly string[]): Promise<Solved> {
    const steps = [...programs.map((code) => callOf('execute_code', { code })), 'I am done.', '{"summary":"I looked.","step":null}'];
    const place = { stage: 'execute', subject: 'codes', dataset: 'codes', generation: 1 };
    const solver = await openSolver(new ScriptedSource({ solver: steps }));
    return solveTask(solver, environment, { place, direction: 'maximize', bounds: BOUNDS }, new AbortController().signal);
  }

  it('finds the answers in no file, name, process, memory or variable, after they were used to grade it', async () => {
    const { best, transcript } = await solved(SAMPLE, thief(folder, ROOT, process.cwd()));

    expect(best).toMatchObject({ step: 1, score: 0 });
    const told = transcript.filter(({ role }) => role === 'tool').at(-1)?.content ?? '';
    const [, found = '{}'] = /SEARCHED (\{.*?\})\\n/.exec(told) ?? [];
    const { seen, read, canary, bait } = JSON.parse(found.replaceAll('\\"', '"')) as { seen: number; read: number; canary: string[]; bait: string[] };
    expect({ canary, told: told.includes(CANARY) }).toEqual({ canary: [], told: false });
    expect(bait).toContain('/input/data/train.csv');
    expect(seen).toBeGreaterThan(1_000);
    expect(read).toBeGreaterThan(50);
  }, 240_000);

  it('is told by its own word which limit ended its program, for each of the modes', async () => {
    const [modes, limits] = await oncePerProcess()(environment, new AbortController().signal);

    expect(modes).toMatchObject({ passed: true, observed: Object.fromEntries(FEEDBACK_MODES.map((mode) => [mode, mode])) });
    expect(limits).toMatchObject({ passed: true });
  }, 240_000);
});
