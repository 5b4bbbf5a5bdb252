import { execFile, spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { pythonRuntime } from '../python-runtime.ts';
import { repositoryPython } from './repository-python.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..', '..', '..', '..');
/** What tests need of the repository. */
const PARTS = ['apps', 'libs', 'tools', 'node_modules', 'package.json', 'jest.config.mjs'];
const NOBODY = '65534';

/** Whether root can become a user who can make a sandbox here; where not, what was said. */
export function otherUserFault(): string | undefined {
  const tried = spawnSync('setpriv', [...asNobody(), 'bwrap', '--unshare-all', '--unshare-user', '--disable-userns', '--ro-bind', '/', '/', 'true'], {
    encoding: 'utf8',
    cwd: '/',
  });
  return tried.status === 0 ? undefined : (tried.error?.message ?? tried.stderr.trim());
}

/** What Jest reports of a test. */
export interface TestOutcome {
  readonly fullName: string;
  readonly status: string;
  readonly failureMessages: readonly string[];
}

/**
 * Runs spec files as a user who is not root. The repository may lie below folders that only root can pass, so it is
 * shown at the same path in a view of the file system where all can.
 */
export async function jestAsOtherUser(specs: readonly string[]): Promise<readonly TestOutcome[]> {
  const { folders } = await pythonRuntime(repositoryPython().python);
  const shown = [...PARTS.map((part) => join(REPOSITORY, part)), ...Object.values(folders)];
  const ended = await promisify(execFile)(
    'bwrap',
    [
      ...['--ro-bind', '/usr', '/usr', '--ro-bind', '/etc', '/etc', '--dev-bind', '/dev', '/dev', '--dev-bind', '/proc', '/proc', '--dev-bind', '/sys', '/sys'],
      ...['/lib', '/lib64', '/bin', '/sbin'].flatMap((path) => ['--ro-bind-try', path, path]),
      ...['--perms', '1777', '--tmpfs', '/tmp'],
      ...[...new Set(shown.flatMap(parents))].flatMap((path) => ['--perms', '0755', '--dir', path]),
      ...shown.flatMap((path) => ['--ro-bind', path, path]),
      ...['--cap-add', 'ALL', '--chdir', REPOSITORY, '--', 'setpriv', ...asNobody(), process.execPath, join(REPOSITORY, 'node_modules/jest/bin/jest.js')],
      ...['--json', '--runInBand', '--cacheDirectory', '/tmp/jest', ...specs],
    ],
    {
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: '/tmp',
        TMPDIR: '/tmp',
        NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
      },
      maxBuffer: 64 * 1024 * 1024,
    },
    // Jest ends with 1 when a test failed; the report says which.
  ).catch((error: unknown) => error as Error & { stdout: string; stderr: string });
  if (!ended.stdout.startsWith('{')) throw new Error('the suites did not run as another user', { cause: ended });
  const report = JSON.parse(ended.stdout) as { testResults: { message: string; assertionResults: TestOutcome[] }[] };
  return report.testResults.flatMap(({ message, assertionResults }) =>
    assertionResults.length > 0 ? assertionResults : [{ fullName: 'the suite', status: 'failed', failureMessages: [message] }],
  );
}

function asNobody(): string[] {
  return [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--inh-caps=-all', '--bounding-set=-all', '--'];
}

function parents(path: string): string[] {
  const parent = dirname(path);
  return parent === '/' ? [] : [...parents(parent), parent];
}
