import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '../..');
const run = promisify(execFile);

/** The planted projects: folder → tag. Each has an index and the planted files below. */
const PROJECTS: Record<string, string> = {
  'libs/contracts': 'type:contracts',
  'libs/package': 'type:domain',
  'libs/task': 'type:domain',
  'libs/adapters/sqlite': 'type:adapter',
  'libs/service': 'type:shell',
  'libs/telemetry': 'type:telemetry',
  'apps/ingest': 'type:station',
  'apps/design': 'type:station',
  'apps/cli': 'type:service',
  tools: 'type:tool',
};
const CLEAN = [
  'apps/cli/src/composes.ts',
  'apps/design/src/main.ts',
  'libs/service/src/serves.ts',
  'libs/telemetry/src/at-home.ts',
  'apps/ingest/src/config.ts',
  'apps/design/src/with-doubles.spec.ts',
  'apps/design/src/over-testbed.spec.ts',
];

/** Planted file → its text and the rule that must report it (none for clean files). */
const PLANTED: Record<string, { text: string; rule?: string }> = {
  'libs/contracts/src/up.ts': { text: "import { x } from '@mle-smith/task';\nexport const y = x;\n", rule: '@nx/enforce-module-boundaries' },
  'libs/task/src/to-adapter.ts': { text: "import { x } from '@mle-smith/adapter-sqlite';\nexport const y = x;\n", rule: '@nx/enforce-module-boundaries' },
  'libs/task/src/to-app.ts': { text: "import { x } from '@mle-smith/ingest';\nexport const y = x;\n", rule: '@nx/enforce-module-boundaries' },
  'libs/task/src/to-vendor.ts': { text: "import { Command } from 'commander';\nexport const y = Command;\n", rule: '@nx/enforce-module-boundaries' },
  'libs/adapters/sqlite/src/to-openai.ts': {
    text: "import OpenAI from 'openai';\nexport const y = OpenAI;\n",
    rule: '@typescript-eslint/no-restricted-imports',
  },
  'libs/adapters/sqlite/src/to-s3.ts': {
    text: "import { S3Client } from '@aws-sdk/client-s3';\nexport const y = S3Client;\n",
    rule: '@typescript-eslint/no-restricted-imports',
  },
  'apps/cli/src/to-kafkajs.ts': {
    text: "import { Kafka } from 'kafkajs';\nexport const y = Kafka;\n",
    rule: '@typescript-eslint/no-restricted-imports',
  },
  'apps/cli/src/to-kubernetes.ts': {
    text: "import { KubeConfig } from '@kubernetes/client-node';\nexport const y = KubeConfig;\n",
    rule: '@typescript-eslint/no-restricted-imports',
  },
  'apps/cli/src/to-openai.ts': {
    text: "import { APIError } from 'openai/error';\nexport const y = APIError;\n",
    rule: '@typescript-eslint/no-restricted-imports',
  },
  'apps/design/src/to-testbed.ts': { text: "import { x } from '@mle-smith/tools/testbed';\nexport const y = x;\n", rule: '@nx/enforce-module-boundaries' },
  'apps/design/src/over-testbed.spec.ts': { text: "import { x } from '@mle-smith/tools/testbed';\nexport const y = x;\n" },
  'libs/adapters/sqlite/src/to-opentelemetry.ts': {
    text: "import { NodeSDK } from '@opentelemetry/sdk-node';\nexport const y = NodeSDK;\n",
    rule: '@typescript-eslint/no-restricted-imports',
  },
  'libs/adapters/sqlite/src/to-telemetry.ts': {
    text: "import { x } from '@mle-smith/telemetry';\nexport const y = x;\n",
    rule: '@nx/enforce-module-boundaries',
  },
  'libs/telemetry/src/to-domain.ts': { text: "import { x } from '@mle-smith/task';\nexport const y = x;\n", rule: '@nx/enforce-module-boundaries' },
  'libs/telemetry/src/to-openai.ts': {
    text: "import OpenAI from 'openai';\nexport const y = OpenAI;\n",
    rule: '@typescript-eslint/no-restricted-imports',
  },
  'libs/telemetry/src/at-home.ts': {
    text: "import { trace } from '@opentelemetry/api';\nimport { NodeSDK } from '@opentelemetry/sdk-node';\nexport const y = [trace, NodeSDK];\n",
  },
  'apps/design/src/to-station.ts': { text: "import { x } from '@mle-smith/ingest';\nexport const y = x;\n", rule: '@nx/enforce-module-boundaries' },
  'apps/design/src/to-adapter.ts': { text: "import { x } from '@mle-smith/adapter-sqlite';\nexport const y = x;\n", rule: '@nx/enforce-module-boundaries' },
  'apps/design/src/over-the-fence.ts': {
    text: "import { x } from '../../../libs/task/src/index.ts';\nexport const y = x;\n",
    rule: '@nx/enforce-module-boundaries',
  },
  'apps/design/src/stage/talks.ts': { text: "import { y } from '../main.ts';\nexport const z = y;\n", rule: 'no-restricted-imports' },
  'apps/design/src/doubles.ts': { text: "import { x } from '@mle-smith/task/testing';\nexport const y = x;\n", rule: 'no-restricted-imports' },
  'apps/design/src/stage/doubles.ts': { text: "import { x } from '@mle-smith/task/testing';\nexport const y = x;\n", rule: 'no-restricted-imports' },
  'apps/design/src/environment.ts': { text: 'export const y = process.env;\n', rule: 'no-restricted-properties' },
  'apps/design/src/everything.ts': { text: "export * from './environment.ts';\n", rule: 'no-restricted-syntax' },
  'apps/design/src/message.ts': { text: "export const y = (error: Error) => error.message === 'no';\n", rule: 'no-restricted-syntax' },
  'apps/design/src/round.ts': { text: "import { b } from './trip.ts';\nexport const a = () => b;\n", rule: 'import-x/no-cycle' },
  'apps/design/src/trip.ts': { text: "import { a } from './round.ts';\nexport const b = () => a;\n", rule: 'import-x/no-cycle' },
  'apps/design/src/type-import.ts': {
    text: "import { T } from './types.ts';\nexport const y = (t: T) => t;\n",
    rule: '@typescript-eslint/consistent-type-imports',
  },
  'apps/design/src/types.ts': { text: 'export type T = string;\n' },
  'apps/design/src/floating.ts': { text: 'export function y() {\n  Promise.resolve(1);\n}\n', rule: '@typescript-eslint/no-floating-promises' },
  'apps/design/src/exhaustive.ts': {
    text: "export function y(k: 'a' | 'b') {\n  switch (k) {\n    case 'a':\n      return 1;\n  }\n  return 2;\n}\n",
    rule: '@typescript-eslint/switch-exhaustiveness-check',
  },
  'apps/design/src/any.ts': { text: 'export const y = (a: any) => a;\n', rule: '@typescript-eslint/no-explicit-any' },
  'apps/design/src/cause.ts': {
    text: "export function y() {\n  try {\n    return 1;\n  } catch (error) {\n    throw new Error('failed');\n  }\n}\n",
    rule: 'preserve-caught-error',
  },
  'apps/design/src/to-shell.ts': { text: "import { x } from '@mle-smith/service';\nexport const y = x;\n", rule: '@nx/enforce-module-boundaries' },
  // In a project of its own: with the other plants, one in libs/task would close a circle through the clean files.
  'libs/package/src/to-shell.ts': { text: "import { x } from '@mle-smith/service';\nexport const y = x;\n", rule: '@nx/enforce-module-boundaries' },
  'libs/service/src/to-station.ts': { text: "import { x } from '@mle-smith/ingest';\nexport const y = x;\n", rule: '@nx/enforce-module-boundaries' },
  'libs/service/src/serves.ts': {
    text: "import express from 'express';\nimport { x } from '@mle-smith/adapter-sqlite';\nimport { x as t } from '@mle-smith/telemetry';\nexport const y = [express, x, t];\n",
  },
  'apps/design/src/main.ts': { text: "import { x } from '@mle-smith/service';\nexport const y = [process.env, x];\n" },
  'apps/cli/src/composes.ts': {
    text: "import { trace } from '@opentelemetry/api';\nimport { x } from '@mle-smith/ingest';\nimport { x as y } from '@mle-smith/adapter-sqlite';\nimport { x as t } from '@mle-smith/telemetry';\nexport const z = [trace, x, y, t];\n",
  },
  'apps/ingest/src/config.ts': { text: 'export const y = process.env;\n' },
  'apps/design/src/with-doubles.spec.ts': { text: "import { x } from '@mle-smith/task/testing';\nexport const y = x;\n" },
};

interface LintedFile {
  readonly filePath: string;
  readonly messages: readonly { readonly ruleId: string | null; readonly message: string }[];
}

let workspace: string;
let linted: ReadonlyMap<string, readonly (string | null)[]>;

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(workspace, path)), { recursive: true });
  await writeFile(join(workspace, path), text);
}

function packageName(project: string): string {
  return `@mle-smith/${project.replace(/^(apps|libs)\//, '').replace('adapters/', 'adapter-')}`;
}

/** A workspace of its own: the real configuration and dependencies, planted projects. */
async function plantWorkspace(): Promise<void> {
  for (const file of ['eslint.config.mjs', '.ls-lint.yml', 'nx.json', 'tsconfig.base.json', 'tsconfig.json', 'package.json', 'package-lock.json'])
    await cp(join(ROOT, file), join(workspace, file));
  await mkdir(join(workspace, 'node_modules/@mle-smith'), { recursive: true });
  for (const name of await readdir(join(ROOT, 'node_modules'))) {
    if (name !== '@mle-smith') await symlink(join(ROOT, 'node_modules', name), join(workspace, 'node_modules', name));
  }
  for (const [project, tag] of Object.entries(PROJECTS)) {
    const name = packageName(project);
    await write(
      `${project}/package.json`,
      JSON.stringify({
        name,
        version: '0.1.0',
        type: 'module',
        exports: { '.': './src/index.ts', './testing': './src/testing/index.ts', './testbed': './src/index.ts' },
      }),
    );
    await write(
      `${project}/project.json`,
      JSON.stringify({
        name: name.slice('@mle-smith/'.length),
        projectType: project.startsWith('libs') ? 'library' : 'application',
        sourceRoot: `${project}/src`,
        tags: [tag],
      }),
    );
    await write(`${project}/src/index.ts`, 'export const x = 1;\n');
    await write(`${project}/src/testing/index.ts`, 'export const x = 1;\n');
    await symlink(join(workspace, project), join(workspace, 'node_modules', name));
  }
  for (const [path, { text }] of Object.entries(PLANTED)) await write(path, text);
}

/** Standard output of a linter that is expected to find something. */
async function lintOutput(command: string, args: readonly string[]): Promise<string> {
  const environment = { ...process.env, NX_DAEMON: 'false', NODE_OPTIONS: '' };
  const result = await run(join(ROOT, 'node_modules/.bin', command), args, { cwd: workspace, env: environment, maxBuffer: 1 << 26 }).catch(
    (error: { stdout: string; stderr: string }) => error,
  );
  return result.stdout + (command === 'ls-lint' ? result.stderr : '');
}

beforeAll(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'mle-smith-lint-'));
  await plantWorkspace();
  const report = JSON.parse(await lintOutput('eslint', ['--format', 'json', 'apps', 'libs'])) as LintedFile[];
  linted = new Map(report.map((file) => [file.filePath.slice(workspace.length + 1), file.messages.map((message) => message.ruleId)]));
});

afterAll(async () => {
  await rm(workspace, { recursive: true, force: true });
});

describe('lint', () => {
  const withRule = Object.entries(PLANTED).flatMap(([path, { rule }]) => (rule === undefined ? [] : [{ path, rule }]));

  test.each(withRule)('reports the violation of $rule planted in $path', ({ path, rule }) => {
    expect(linted.get(path)).toContain(rule);
  });

  test.each(CLEAN)('accepts %s', (path) => {
    expect(linted.get(path)).toEqual([]);
  });

  test('is run with a rule for each that the planted files name', async () => {
    const config = await readFile(join(ROOT, 'eslint.config.mjs'), 'utf8');
    const configured = [...config.matchAll(/'((?:@[\w-]+\/|import-x\/)?[a-z-]+)': (?:'error'|\[\s*'error'|boundaries)/g)].map((match) => match[1]);

    const seen = new Set(withRule.map(({ rule }) => rule));

    expect(configured.filter((rule) => rule !== undefined && !seen.has(rule) && rule !== '@typescript-eslint/no-unused-vars')).toEqual([]);
  });

  test('refuses file names that are not kebab-case in TypeScript and snake_case in Python', async () => {
    await write('libs/task/src/TaskLife.ts', '');
    await write('libs/task/src/task-life.py', '');

    const output = await lintOutput('ls-lint', []);

    expect(output).toContain('TaskLife.ts');
    expect(output).toContain('task-life.py');
  });
});
