import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { EXPORTS } from '@mle-smith/package';
import { ApiKey, MOST_STEPS, Role, ROLES } from '@mle-smith/contracts';
import { withAgents, withEndpoint, withEngine, type ModelOptions } from './model-options.ts';
import type { ExportOptions } from './commands/export.ts';
import type { SolveOptions } from './commands/solve.ts';
import { addClusterCommands, type ClusterCommands } from './cluster-commands.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { SESSION_HELP } from './session-help.ts';

/** What the commands do; the composition root supplies them, tests supply their own. Each resolves to an exit code. */
export interface Commands extends ClusterCommands {
  run(datasets: readonly string[], options: RunOptions): Promise<number>;
  demo(options: Omit<RunOptions, 'out'> & { out: string }): Promise<number>;
  runOnServer(datasets: readonly string[], options: { server: string; out: string; json: boolean; within?: number | undefined }): Promise<number>;
  status(options: Place & { json: boolean; oldest: number }): Promise<number>;
  list(options: Place & { json: boolean }): Promise<number>;
  show(id: string, options: Place & { all: boolean; json: boolean }): Promise<number>;
  cancel(id: string, options: Place): Promise<number>;
  retry(id: string, options: Place): Promise<number>;
  apiKey(options: { name: string; role: Role; json: boolean }): Promise<number>;
  verify(packages: readonly string[], options: { json: boolean; allowUnsandboxed: boolean }): Promise<number>;
  score(taskDirectory: string, submission: string, options: { json: boolean; allowUnsandboxed: boolean }): Promise<number>;
  exportTasks(taskDirectories: readonly string[], options: ExportOptions): Promise<number>;
  env(taskDirectory: string, options: { allowUnsandboxed: boolean }): Promise<number>;
  solve(taskDirectory: string, options: SolveOptions): Promise<number>;
  audit(options: Place & { json: boolean }): Promise<number>;
  doctor(options: { json: boolean; llm: boolean } & Omit<ModelOptions, 'engine'>): Promise<number>;
}

/** Where a run is: in a folder of this machine, or at a server. */
export type Place = { readonly out: string; readonly server?: undefined } | { readonly server: string; readonly out?: undefined };

export interface RunOptions extends ModelOptions {
  readonly out: string;
  readonly maxTasks: number;
  readonly maxGenerations: number;
  readonly workers: number;
  readonly json: boolean;
  readonly allowUnsandboxed: boolean;
  /** Whether each task gets a variant with at most 200 training rows. */
  readonly micro?: boolean;
  /** A folder of packages that exist already. */
  readonly catalogue?: string;
}

/** Workers where nothing else is said: as many as wait for models at once, and no more than this on a large machine. */
const MOST_WORKERS = 8;

const KEY_HINT = 'its key is read from MLE_SMITH_SERVER_KEY, or from the file that MLE_SMITH_API_KEY_FILE names';
/** What a run at a server takes from the command line. */
const AT_SERVER = new Set(['server', 'out', 'json', 'within']);

type GivenRunOptions = Omit<RunOptions, 'workers' | 'engine' | 'engineGiven'> & { readonly workers?: number; readonly engine?: RunOptions['engine'] };

/** A worker that waits for a model leaves the processors to others; one that runs rules does not. */
function withDefaults(options: GivenRunOptions, cpus: number): RunOptions {
  const given = { ...options, engine: options.engine ?? 'rules', engineGiven: options.engine !== undefined };
  return { ...given, workers: options.workers ?? (options.engine === 'llm' ? MOST_WORKERS : Math.max(1, Math.min(cpus, MOST_WORKERS))) };
}

/** Parses the arguments and runs one command; faults of usage are printed and give exit code 2. */
export async function runProgram(
  argv: readonly string[],
  commands: Commands,
  surroundings: { version: string; cpus: number; stdout: (text: string) => void; stderr: (text: string) => void },
): Promise<number> {
  let exitCode: number = EXIT_CODES.ok.code;
  const program = buildProgram(commands, surroundings, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT_CODES.ok.code : EXIT_CODES.usage.code;
  }
}

function buildProgram(
  commands: Commands,
  surroundings: { version: string; cpus: number; stdout: (text: string) => void; stderr: (text: string) => void },
  done: (code: number) => void,
): Command {
  const program = new Command('mle-smith')
    .description('Turns folders of raw data into verified machine-learning-engineering tasks.')
    .version(surroundings.version, '--version', 'print the version')
    .showHelpAfterError('(add --help for examples)')
    .configureOutput({ writeOut: surroundings.stdout, writeErr: surroundings.stderr })
    .exitOverride();
  const out = new Option('--out <dir>', 'the run directory').argParser(path).makeOptionMandatory();
  const place = new Option('--out <dir>', 'the run directory').argParser(path);
  const server = new Option('--server <url>', `a gateway in place of a run directory; ${KEY_HINT}`);
  const json = new Option('--json', 'one JSON document on stdout and nothing else').default(false);
  const unsandboxed = new Option('--allow-unsandboxed', 'run untrusted code without a sandbox; every verdict says so').default(false);
  const command = (name: string, summary: string, examples: readonly string[]): Command =>
    program
      .command(name)
      .summary(summary)
      .description(summary)
      .copyInheritedSettings(program)
      .addHelpText('after', `\nExamples:\n${examples.map((example) => `  $ mle-smith ${example}`).join('\n')}`);
  const withRunOptions = (target: Command): Command =>
    withEngine(target, positive)
      .option('--max-tasks <n>', 'formulations kept for each dataset', positive(1, 50), 3)
      .option('--max-generations <n>', 'rounds of design and repair for each task', positive(1, 10), 3)
      .option(
        '--workers <n>',
        `stages at work at the same time; by default one a processor, at most ${MOST_WORKERS}, and ${MOST_WORKERS} with --engine llm, where they wait for models; sandboxes at work are never more than processors`,
        positive(1, 64),
      )
      .option('--micro', 'also a variant of each task with at most 200 training rows and the same test rows')
      .option('--catalogue <dir>', 'packages that exist already; tasks that repeat one are told')
      .addOption(json)
      .addOption(unsandboxed);

  withRunOptions(
    command('run', 'Turns datasets into verified tasks', [
      'run data/cars --out out/cars',
      'run data/*/ --out out/all --max-tasks 2 --workers 4',
      'run data/cars --out out/cars --json > run.json',
      'run data/cars --out out/cars --engine llm --base-url https://models.example/v1 --model large --prices prices.json --budget 5usd --budget task=1usd',
    ]),
  )
    .argument('[dataset...]', 'folders, each with the raw files of one dataset; with none, the run in --out goes on')
    .addOption(out)
    .option('--server <url>', `work at this gateway, and bring the verified packages here; ${KEY_HINT}`)
    .option('--within <seconds>', 'with --server: end after so long where not all has, and say what each dataset and task waits for', positive(1, 604_800))
    .action(async (datasets: string[], { server, within, ...options }: GivenRunOptions & { server?: string; within?: number }, run: Command) => {
      if (server === undefined && within !== undefined) run.error('error: --within is for a run with --server');
      if (server === undefined) return done(await commands.run(datasets, withDefaults(options, surroundings.cpus)));
      const decided = run.options.filter((option) => !AT_SERVER.has(option.attributeName()) && run.getOptionValueSource(option.attributeName()) === 'cli');
      if (datasets.length === 0) run.error("error: missing required argument 'dataset'");
      if (decided.length > 0) run.error(`error: the server decides about ${decided.map(({ long }) => long).join(', ')}; leave it out, or --server`);
      done(await commands.runOnServer(datasets, { server, out: options.out, json: options.json, within }));
    });
  withRunOptions(command('demo', 'Runs the bundled examples', ['demo', 'demo --out /tmp/demo --max-tasks 1']))
    .option('--out <dir>', 'the run directory', path, 'out/demo')
    .action(async (options: GivenRunOptions) => done(await commands.demo(withDefaults(options, surroundings.cpus))));
  command('status', 'Shows the funnel of a run, and what waits longest', ['status --out out/cars', 'status --server https://mle-smith.example --oldest 20'])
    .addOption(place)
    .addOption(server)
    .option('--oldest <n>', 'datasets and tasks that have made no step for longest, told by name', positive(0, 100), 5)
    .addOption(json)
    .action(async ({ json: asJson, oldest, ...options }: Given & { json: boolean; oldest: number }, called: Command) =>
      done(await commands.status({ ...placeOf(options, called), json: asJson, oldest })),
    );
  command('list', 'Lists datasets and tasks of a run', ['list --out out/cars'])
    .addOption(place)
    .addOption(server)
    .addOption(json)
    .action(async (options: Given & { json: boolean }, called: Command) => done(await commands.list({ ...placeOf(options, called), json: options.json })));
  command('show', 'Shows the timeline of one dataset or task: transitions, attempts, findings, cost', ['show cars--comb-mpg --out out/cars'])
    .argument('<id>')
    .addOption(place)
    .addOption(server)
    .option('--all', `every step, also those before the last ${MOST_STEPS}`, false)
    .addOption(json)
    .action(async (id: string, { all, json: asJson, ...options }: Given & { all: boolean; json: boolean }, called: Command) =>
      done(await commands.show(id, { ...placeOf(options, called), all, json: asJson })),
    );
  command('cancel', 'Cancels one dataset or task that is not finished; a run at work in --out is ended with Ctrl-C before, and goes on by the same command', [
    'cancel cars--comb-mpg --out out/cars',
  ])
    .argument('<id>')
    .addOption(place)
    .addOption(server)
    .action(async (id: string, options: Given, called: Command) => done(await commands.cancel(id, placeOf(options, called))));
  command(
    'retry',
    'Gives another try to one dataset or task that ended by no fault of its own (docs/reference/reason-codes.md), when what ended it is mended',
    ['retry cars--comb-mpg --out out/cars', 'retry cars--comb-mpg --server https://mle-smith.example'],
  )
    .argument('<id>')
    .addOption(place)
    .addOption(server)
    .action(async (id: string, options: Given, called: Command) => done(await commands.retry(id, placeOf(options, called))));
  command('verify', 'Judges packages: assert, review and execute, on our layout or that of MLE-Dojo, OpenMLE-Gym or mle-bench (prepared)', [
    'verify out/cars/tasks/*',
    'verify somewhere/task --json',
  ])
    .argument('<package_dir...>')
    .addOption(json)
    .addOption(unsandboxed)
    .action(async (packages: string[], options: { json: boolean; allowUnsandboxed: boolean }) => done(await commands.verify(packages, options)));
  command('score', 'Scores one submission', ['score out/cars/tasks/cars--comb-mpg submission.csv'])
    .argument('<task_dir>')
    .argument('<submission>')
    .addOption(json)
    .addOption(unsandboxed)
    .action(async (task: string, submission: string, options: { json: boolean; allowUnsandboxed: boolean }) =>
      done(await commands.score(task, submission, options)),
    );
  command('export', 'Writes packages in the layout of another tool', [
    'export out/cars/tasks/* --to mle-dojo --out exported/mle-dojo',
    'export out/cars/tasks/cars--comb-mpg --to kaggle --out exported/kaggle --include-starter',
  ])
    .argument('<task_dir...>', 'packages that `run` left below tasks/')
    .addOption(new Option('--to <format>', 'the layout').choices(Object.keys(EXPORTS)).makeOptionMandatory())
    .addOption(new Option('--out <dir>', 'the folder that gets one folder a task').argParser(path).makeOptionMandatory())
    .option('--force', 'replace what is there already', false)
    .option('--unverified', 'export packages that are not verified too', false)
    .option('--include-starter', 'export starter tasks too', false)
    .option('--include-local-data', 'put data in that may not leave this machine', false)
    .addOption(json)
    .addHelpText(
      'after',
      `\nFormats:\n${Object.entries(EXPORTS)
        .map(([name, { summary }]) => `  ${name.padEnd(12)} ${summary}`)
        .join(
          '\n',
        )}\n\nExit codes: 0 where at least one package was exported and only starter tasks were left out, ${EXIT_CODES.failed.code} where none was or one cannot be (then nothing is written), ${EXIT_CODES.usage.code} where a path is no package, ${EXIT_CODES.configuration.code} where --out cannot be used.`,
    )
    .action(async (tasks: string[], options: ExportOptions) => done(await commands.exportTasks(tasks, options)));
  command('env', 'An interactive session with a task: JSON lines on stdin and stdout', [
    `env out/cars/tasks/cars--comb-mpg <<< '{"action":"request_info"}'`,
    `env out/cars/tasks/cars--comb-mpg <<< '{"action":"execute_code","code":"import shutil; shutil.copy(\\"/input/data/sample_submission.csv\\", \\"submission.csv\\")"}'`,
  ])
    .argument('<task_dir>')
    .addHelpText('after', SESSION_HELP)
    .addOption(unsandboxed)
    .action(async (task: string, options: { allowUnsandboxed: boolean }) => done(await commands.env(task, options)));
  withAgents(
    command('solve', 'Lets an agent solve a task as a participant would, and tells how far it came', [
      'solve out/cars/tasks/cars--comb-mpg --base-url https://models.example/v1 --model large',
      'solve out/cars/tasks/cars--comb-mpg --base-url https://models.example/v1 --model large --actions 10 --budget 200000tokens --json',
    ])
      .argument('<task_dir>')
      .option('--out <dir>', 'the folder for the transcript and the calls; out/solve/NAME by default')
      .option('--actions <n>', 'actions that the agent may take; 30 by default', positive(1, 500)),
    positive,
  )
    .addOption(json)
    .addOption(unsandboxed)
    .action(async (task: string, options: SolveOptions) => done(await commands.solve(task, options)));
  command('audit', 'Checks every invariant of a run directory', ['audit --out out/cars'])
    .addOption(place)
    .addOption(server)
    .addOption(json)
    .action(async (options: Given & { json: boolean }, called: Command) => done(await commands.audit({ ...placeOf(options, called), json: options.json })));
  command('api-key', 'Makes a key of a gateway: prints it once, and the line that the gateway gets', ['api-key new --role submitter --name alice'])
    .addArgument(new Argument('<what>').choices(['new']))
    .addOption(
      new Option(
        '--role <role>',
        Object.entries(ROLES)
          .map(([role, may]) => `${role} ${may}`)
          .join('; each of the next also: '),
      )
        .choices(Role.options)
        .makeOptionMandatory(),
    )
    .requiredOption('--name <name>', 'who uses it, as logs tell it', keyName)
    .addOption(json)
    .action(async (_what: string, options: { name: string; role: Role; json: boolean }) => done(await commands.apiKey(options)));
  withEndpoint(
    command('doctor', 'Says what this machine, or an endpoint of models, can do and how to get the rest', [
      'doctor',
      'doctor --llm --base-url https://models.example/v1 --model small',
    ]).option('--llm', 'try an endpoint: reachable, tools, forms of answers, price', false),
    positive,
  )
    .addOption(json)
    .action(async (options: { json: boolean; llm: boolean } & Omit<ModelOptions, 'engine'>) => done(await commands.doctor(options)));
  addClusterCommands(command, json, commands, done);
  program.addHelpText(
    'after',
    `\nServices of a cluster: mle-smith serve NAME runs one (docs/operations/services.md)\n\nExit codes:\n${Object.values(EXIT_CODES)
      .map((entry) => `  ${String(entry.code).padStart(3)}  ${entry.meaning}`)
      .join('\n')}`,
  );
  return program;
}

type Given = { readonly out?: string; readonly server?: string };

/** Either a folder or a server, and not both. */
function placeOf({ out, server }: Given, called: Command): Place {
  if (out !== undefined && server === undefined) return { out };
  if (server !== undefined && out === undefined) return { server };
  return called.error(`error: either option '--out <dir>' or option '--server <url>' is needed`);
}

function keyName(text: string): string {
  if (!ApiKey.shape.name.safeParse(text).success) throw new InvalidArgumentError('lower case letters, digits, dots and dashes are needed');
  return text;
}

/** An empty path would be the folder that the command is called in. */
function path(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('a path is needed');
  return text;
}

function positive(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least || value > most) throw new InvalidArgumentError(`a whole number from ${least} to ${most} is needed`);
    return value;
  };
}
