// Who may import whom, and the habits that were once broken. tools/lint/lint-rules.spec.ts sees each rule report a planted violation.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createProjectGraphAsync } from '@nx/devkit';
import nx from '@nx/eslint-plugin';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

// Without a stored project graph the boundary rule only warns and checks nothing (seen in a fresh clone).
await createProjectGraphAsync({ exitOnError: false });

const vendorPackages = ['commander', 'kafkajs', 'express', 'mongoose', 'openai', '@kubernetes/*', '@opentelemetry/sdk-*', 'node:sqlite', 'sqlite'];
const apps = join(import.meta.dirname, 'apps');
const isStation = (app) => JSON.parse(readFileSync(join(apps, app, 'project.json'), 'utf8')).tags.includes('type:station');
const stations = `@mle-smith/(${readdirSync(apps).filter(isStation).join('|')})`;
const testbed = '@mle-smith/tools/testbed';
const fakeOpenAi = '@mle-smith/tools/fake-openai';

// No `*` constraint: a project without a type tag may then depend on nothing.
const depConstraints = [
  { sourceTag: 'type:service', onlyDependOnLibsWithTags: ['type:contracts', 'type:domain', 'type:adapter', 'type:station', 'type:shell', 'type:telemetry'] },
  { sourceTag: 'type:tool', onlyDependOnLibsWithTags: ['type:contracts', 'type:domain', 'type:adapter', 'type:station', 'type:shell', 'type:telemetry'] },
  { sourceTag: 'type:shell', onlyDependOnLibsWithTags: ['type:contracts', 'type:domain', 'type:adapter', 'type:telemetry'] },
  { sourceTag: 'type:telemetry', onlyDependOnLibsWithTags: ['type:contracts'] },
  { sourceTag: 'type:station', onlyDependOnLibsWithTags: ['type:contracts', 'type:domain'], bannedExternalImports: vendorPackages },
  { sourceTag: 'type:adapter', onlyDependOnLibsWithTags: ['type:contracts', 'type:domain', 'type:adapter'] },
  { sourceTag: 'type:domain', onlyDependOnLibsWithTags: ['type:contracts', 'type:domain'], bannedExternalImports: vendorPackages },
  { sourceTag: 'type:contracts', onlyDependOnLibsWithTags: ['type:contracts'], bannedExternalImports: vendorPackages },
];
// Nx counts the imports of specs as well: an adapter's specs start servers of the test bed, and other tools use the adapter.
const ignoredCircularDependencies = [['tools', '!tools']];
const boundaries = (allow, constraints = depConstraints) => [
  'error',
  { allow, depConstraints: constraints, ignoredCircularDependencies, checkDynamicDependenciesExceptions: ['.*'] },
];
/** A station's main.ts composes a service. */
const ofMain = depConstraints.map((row) =>
  row.sourceTag === 'type:station' ? { ...row, onlyDependOnLibsWithTags: [...row.onlyDependOnLibsWithTags, 'type:shell'] } : row,
);

// The one room of each vendor's packages: the tags of projects do not tell one adapter from another.
const VENDOR_ROOMS = {
  'libs/adapters/kafka': ['kafkajs', 'kafkajs/*'],
  'libs/adapters/kubernetes': ['@kubernetes/*'],
  'libs/adapters/openai': ['openai', 'openai/*'],
  'libs/adapters/s3': ['@aws-sdk/*', '@smithy/*'],
  'libs/telemetry': ['@opentelemetry/*', '!@opentelemetry/api', 'import-in-the-middle', 'import-in-the-middle/*', 'pino'],
};
const foreignTo = (own) => [
  'error',
  {
    patterns: Object.entries(VENDOR_ROOMS)
      .filter(([room]) => room !== own)
      .map(([room, group]) => ({ group, message: `This package has one room: ${room}.` })),
  },
];

const testDoubles = { group: ['@mle-smith/*/testing', '**/testing/index.ts'], message: 'Test doubles belong in *.spec.ts and testing/ only.' };
const beyondThePorts = {
  group: ['**/adapters/**', '**/http/**', '**/main.ts', '@mle-smith/adapter-*'],
  message: 'A stage talks to its ports, not to adapters.',
};

const tests = ['**/*.spec.ts', '**/testing/**'];

export default [
  { ignores: ['**/node_modules', '.cache', '.nx', 'out', '**/*.generated.ts'] },
  ...tseslint.configs.recommended.map((config) => ({ ...config, files: ['**/*.ts'] })),
  {
    files: ['**/*.ts'],
    plugins: { '@nx': nx, 'import-x': importX },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    settings: {
      // Without these settings import-x/no-cycle skips .ts files and reports nothing.
      ...importX.flatConfigs.typescript.settings,
      'import-x/resolver-next': [createTypeScriptImportResolver({ project: 'tsconfig.json' })],
    },
    rules: {
      'import-x/no-cycle': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
      'preserve-caught-error': 'error',
      '@nx/enforce-module-boundaries': boundaries([]),
    },
  },
  {
    // The one place that composes the stations, and the tools that measure and describe them.
    files: ['apps/cli/**/*.ts', 'tools/**/*.ts'],
    rules: { '@nx/enforce-module-boundaries': boundaries([stations]) },
  },
  // Real servers for specs.
  { files: ['**/*.spec.ts', 'libs/service/src/station/testing/**/*.ts'], rules: { '@nx/enforce-module-boundaries': boundaries([testbed, fakeOpenAi]) } },
  { files: ['apps/cli/**/*.spec.ts', 'tools/**/*.ts'], rules: { '@nx/enforce-module-boundaries': boundaries([stations, testbed]) } },
  {
    // Specs of the command line start the gateway that they talk to.
    files: ['apps/cli/src/testing/**/*.ts'],
    rules: { '@nx/enforce-module-boundaries': boundaries([stations, '@mle-smith/gateway']) },
  },
  {
    files: ['apps/*/src/main.ts'],
    ignores: ['apps/cli/**'],
    rules: { '@nx/enforce-module-boundaries': boundaries([], ofMain) },
  },
  {
    files: ['**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportAllDeclaration', message: 'Name each re-export.' },
        {
          selector:
            'BinaryExpression[operator=/^[!=]==?$/]:not([right.type="Identifier"][right.name="undefined"]) > MemberExpression.left[property.name="message"]',
          message: 'Branch on an error code or class, never on its message.',
        },
      ],
    },
  },
  {
    files: ['**/*.ts'],
    ignores: ['**/config.ts', '**/main.ts', 'tools/**', ...tests],
    rules: { 'no-restricted-properties': ['error', { object: 'process', property: 'env', message: 'Read the environment only in config.ts or main.ts.' }] },
  },
  { files: ['**/*.ts'], rules: { '@typescript-eslint/no-restricted-imports': foreignTo(undefined) } },
  ...Object.keys(VENDOR_ROOMS).map((room) => ({ files: [`${room}/**/*.ts`], rules: { '@typescript-eslint/no-restricted-imports': foreignTo(room) } })),
  { files: ['**/*.ts'], ignores: tests, rules: { 'no-restricted-imports': ['error', { patterns: [testDoubles] }] } },
  { files: ['**/src/stage/**/*.ts'], ignores: tests, rules: { 'no-restricted-imports': ['error', { patterns: [testDoubles, beyondThePorts] }] } },
  { files: ['**/src/stage/**/*.spec.ts', '**/src/stage/**/testing/**'], rules: { 'no-restricted-imports': ['error', { patterns: [beyondThePorts] }] } },
];
