import { CliError, exitCodeOf } from './cli-error.ts';
import { audit, list, show, status } from './commands/archive.ts';
import { makeApiKey } from './commands/api-key.ts';
import { cancel } from './commands/cancel.ts';
import { demo } from './commands/demo.ts';
import { doctor } from './commands/doctor.ts';
import { env } from './commands/env.ts';
import { exportTasks } from './commands/export.ts';
import { retry } from './commands/retry.ts';
import { run } from './commands/run.ts';
import { score } from './commands/score.ts';
import { solve } from './commands/solve.ts';
import { verify } from './commands/verify.ts';
import { readConfig } from './config.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { runProgram, type Commands } from './program.ts';
import { escapeTerminal } from './report/escape.ts';
import { auditOnServer, cancelOnServer, listOnServer, retryOnServer, showOnServer, statusOnServer } from './server/archive-on-server.ts';
import { runOnServer } from './server/run-on-server.ts';
import type { Surroundings } from './surroundings.ts';

const around: Surroundings = {
  config: readConfig(process.env),
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
  terminal: process.stderr.isTTY,
  columns: () => process.stderr.columns ?? 80,
  stdin: process.stdin,
  onInterrupt(callback) {
    process.on('SIGINT', callback);
    process.on('SIGTERM', callback);
    return () => {
      process.off('SIGINT', callback);
      process.off('SIGTERM', callback);
    };
  },
};

const commands: Commands = {
  run: (datasets, options) => run(datasets, options, around),
  runOnServer: (datasets, options) => runOnServer(datasets, options, around),
  demo: (options) => demo(options, around),
  status: (options) => (options.server === undefined ? status(options, around) : statusOnServer(options, around)),
  list: (options) => (options.server === undefined ? list(options, around) : listOnServer(options, around)),
  show: (id, options) => (options.server === undefined ? show(id, options, around) : showOnServer(id, options, around)),
  cancel: (id, options) => (options.server === undefined ? cancel(id, options, around) : cancelOnServer(id, options, around)),
  retry: (id, options) => (options.server === undefined ? retry(id, options, around) : retryOnServer(id, options, around)),
  apiKey: (options) => makeApiKey(options, around),
  verify: (packages, options) => verify(packages, options, around),
  score: (task, submission, options) => score(task, submission, options, around),
  exportTasks: (tasks, options) => exportTasks(tasks, options, around),
  env: (task, options) => env(task, options, around),
  solve: (task, options) => solve(task, options, around),
  audit: (options) => (options.server === undefined ? audit(options, around) : auditOnServer(options, around)),
  doctor: (options) => doctor(options, around),
  // Loaded when they are called: most runs need no cluster.
  prepare: async (options) => (await import('./commands/prepare.ts')).prepare(options, around),
  exportState: async (folder, options) => (await import('./commands/state.ts')).exportState(folder, options, around),
  importState: async (folder, options) => (await import('./commands/state.ts')).importState(folder, options, around),
  topics: async (action, options) => (await import('./commands/topics.ts')).topics(action, options, around),
  dlqList: async (options) => (await import('./commands/dlq.ts')).dlqList(options, around),
  dlqShow: async (id, options) => (await import('./commands/dlq.ts')).dlqShow(id, options, around),
  dlqSettle: async (how, ids, options) => (await import('./commands/dlq.ts')).dlqSettle(how, ids, options, around),
};

// A reader that went away (`| head`) is no fault of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(EXIT_CODES.ok.code);
});

try {
  process.exitCode = await runProgram(process.argv.slice(2), commands, {
    version: around.config.version,
    cpus: around.config.cpus,
    stdout: around.stdout,
    stderr: around.stderr,
  });
} catch (error) {
  const known = error instanceof CliError || typeof (error as { code?: unknown }).code === 'string';
  around.stderr(
    `mle-smith: ${escapeTerminal(error instanceof Error ? error.message : String(error))}${known ? '' : ' (a fault of this program; please report it)'}\n`,
  );
  process.exitCode = exitCodeOf(error);
}
