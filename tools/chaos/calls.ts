/**
 * Kills a whole run of agents at each of its model calls in turn, or at each Nth, starts it again until it is done, and
 * says whether each call was paid for once, and once more at most where a kill fell into it. What it leaves is compared
 * with an undisturbed run: packages byte for byte. Exits with 1 where something is wrong.
 *
 * Usage: node tools/chaos/calls.ts [--every N] [--out DIR]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FilesystemCallStore } from '@mle-smith/adapter-filesystem';
import { spentOn } from '@mle-smith/agent';
import { agentsScript } from '../fake-openai/testing/agents-script.ts';
import { startSmith } from '../fake-openai/testing/run-smith.ts';
import { TREES, writeTrees } from '../fake-openai/testing/trees.ts';
import { differences, digestTree } from './digest-tree.ts';
import { killAtCalls, overpaid } from './kill-at-calls.ts';

const { values } = parseArgs({ options: { every: { type: 'string', default: '1' }, out: { type: 'string' } } });
const every = Number(values.every);
const out = values.out ?? (await mkdtemp(join(tmpdir(), 'mle-smith-calls-')));
const datasets = await writeTrees(join(out, 'datasets'), 1);
const script = agentsScript([TREES]);
const start = (name: string) => (url: string) =>
  startSmith('run', ...datasets, '--out', join(out, name), '--engine', 'llm', '--base-url', url, '--model', 'scripted', '--max-tasks', '1');

const calm = await killAtCalls({ script, start: start('calm'), chosen: () => false });
console.log(`undisturbed: ${calm.all} calls, exit code ${calm.exitCode}, in ${out}`);
const killed = await killAtCalls({
  script,
  start: start('killed'),
  chosen: (nth) => nth % every === 0,
  onKill: (kill, nth) => console.log(`  kill ${kill} at call ${nth}`),
});
const { calls, inputTokens, outputTokens } = spentOn(await FilesystemCallStore.openReader(join(out, 'killed', '.state', 'calls')).list());
console.log(`${killed.kills} kills: the endpoint saw ${killed.all} calls, ${killed.different} different ones, none more than ${killed.mostOfOne} times`);

const [whole, mended] = [await digestTree(join(out, 'calm', 'tasks')), await digestTree(join(out, 'killed', 'tasks'))];
const problems = [
  ...overpaid(killed),
  ...(killed.different === calm.all ? [] : [`undisturbed there were ${calm.all} different calls`]),
  ...(calls === killed.different && inputTokens === killed.tokens.input && outputTokens === killed.tokens.output
    ? []
    : [`the ledger holds ${calls} calls with ${inputTokens} + ${outputTokens} tokens, the endpoint answered ${killed.tokens.input} + ${killed.tokens.output}`]),
  ...(killed.exitCode === calm.exitCode ? [] : [`exit code ${killed.exitCode} in place of ${calm.exitCode}: ${killed.stderr.trim().slice(-2000)}`]),
  ...(whole.size > 0 ? differences(whole, mended) : ['the undisturbed run verified nothing']),
];
for (const problem of problems) console.log(problem);
console.log(`${killed.kills} kills, ${problems.length} problems`);
if (problems.length === 0 && values.out === undefined) await rm(out, { recursive: true, force: true });
process.exitCode = problems.length === 0 ? 0 : 1;
