// `npm test`: lint, names, types, Jest and pytest; the last line is `N passed, N failed`. With `--long` (`npm run test:long`) the specs of minutes only.
// A skipped test is said loudly; where CI=true it is a failure, unless TESTED_WITHOUT names what it needs.
import { glob } from 'node:fs/promises';
import { relative } from 'node:path';

if (Number(process.versions.node.split('.')[0]) < 24) {
  console.error(`the tests need Node 24, this is ${process.version}; start them with \`npm test\``);
  process.exit(78);
}

// Not before the check above: an older Node does not read TypeScript.
const { jest, lint, names, prettier, pytest, ruff, types } = await import('./suites.mjs');
const { rememberedServers, stopServer } = await import('../testbed/index.ts');
const there = new Set((await rememberedServers()).map(({ name }) => name));

const strict = process.env.CI === 'true';
/** What this machine is known not to have, by the names in the titles of skipped tests: `TESTED_WITHOUT='kube chart'`. */
const without = (process.env.TESTED_WITHOUT ?? '').split(' ').filter(Boolean);
const args = process.argv.slice(2);
const long = args.includes('--long');
const patterns = args.filter((arg) => arg !== '--long');
const results = [];

function tell(result) {
  results.push(result);
  if (result.failed > 0) console.log(result.output.trimEnd());
  console.log(
    `${result.failed > 0 ? 'FAILED' : 'ok    '}  ${result.name.padEnd(7)} ${result.passed} passed, ${result.failed} failed, ${result.skipped.length} skipped in ${result.seconds.toFixed(1)} s`,
  );
}

if (long) tell(await jest(patterns, { long }));
else {
  for (const suite of [names, types, lint, prettier, ruff]) tell(await suite());
  // pytest is single-threaded: it runs beside Jest.
  await Promise.all([jest(patterns).then(tell), pytest().then(tell)]);
  const left = await Array.fromAsync(glob('{apps,libs,tools}/**/*.long.spec.ts', { exclude: ['**/node_modules/**'] }));
  console.log(`${left.length} files of long tests were NOT RUN: \`npm run test:long\``);
}

// Servers that ran before go on: somebody has called `npm run testbed up`.
for (const { name } of await rememberedServers()) if (!there.has(name)) await stopServer(name);

for (const { name, message } of results.flatMap(({ unsteady = [] }) => unsteady)) {
  console.log(`${name}\n${message.trimEnd()}\nUNSTEADY  ${relative(process.cwd(), name)} failed beside others and passed alone: mend it`);
}

const skipped = results.flatMap((result) => result.skipped.map((test) => `${result.name}: ${test}`));
for (const test of skipped) console.log(`SKIPPED  ${test}`);
const unexcused = skipped.filter(
  (test) => !without.some((name) => test.includes(`needs the server ${name}:`) || test.includes(`needs the programs of ${name} `)),
);
if (without.length > 0) console.log(`TESTED WITHOUT ${without.join(', ')}: ${skipped.length - unexcused.length} suites of it were NOT RUN`);
if (unexcused.length > 0)
  console.log(
    `${unexcused.length} tests were SKIPPED: this machine cannot run them${strict ? ', which counts as a failure here (CI=true)' : ''}; see ./mle-smith doctor`,
  );

const passed = results.reduce((sum, result) => sum + result.passed, 0);
const failed = results.reduce((sum, result) => sum + result.failed, 0) + (strict ? unexcused.length : 0);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
