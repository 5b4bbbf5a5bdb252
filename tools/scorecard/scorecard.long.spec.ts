import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { probeSandbox } from '@mle-smith/adapter-sandbox';
import { Proposal } from '@mle-smith/contracts';
import { getJson, putJson } from '@mle-smith/package';
import { openBench, type Bench } from './bench.ts';
import type { ReadDataset } from './engine.ts';
import { judgeByAllLayers, LAYERS, type Suspect, type Told } from './judge.ts';
import { judgeNatural, NATURALS } from './natural.ts';
import { damage, operatorTable, type Operator, type Strength } from './operators.ts';
import { inParallel } from './run.ts';
import { caughtBy, saidOf } from './tally.ts';

/** A small part of the scorecard: `npm run scorecard` makes the whole. */
const suite = (await probeSandbox()).mode === 'process' ? describe.skip : describe;
const EXAMPLES = join(import.meta.dirname, '../../examples');
const WORKERS = 2;
const ORDERS: readonly (readonly [string, Strength])[] = [
  ['description-rows', 'weak'],
  ['prepare-clock', 'weak'],
  ['prepare-set-order', 'weak'],
  ['metric-direction', 'medium'],
  ['metric-cells', 'weak'],
  ['metric-order', 'medium'],
  ['metric-message', 'weak'],
  ['metric-formula', 'medium'],
  ['manifest-files', 'weak'],
  ['row-order', 'medium'],
  ['side-table', 'medium'],
  ['shortcut', 'medium'],
  ['copied-rows', 'medium'],
  ['labels-exchanged', 'strong'],
];
const SILLY = ['species-from-measures', 'combined-from-city-and-highway', 'classes-of-two-rows'];

let folder: string;
let bench: Bench;
let operators: readonly Operator[];
const sound = new Map<string, Suspect>();
const read = new Map<string, ReadDataset>();

async function readDataset(at: string, id: string): Promise<ReadDataset> {
  const dataset = read.get(id) ?? (await bench.engine.read(id, join(at, id)));
  if (dataset === undefined) throw new RangeError(`a dataset was refused [id=${id}]`);
  read.set(id, dataset);
  return dataset;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mle-smith-scorecard-'));
  bench = await openBench(folder, 2);
  operators = await operatorTable(bench.python);
  execFileSync(bench.python, [join(import.meta.dirname, 'made_datasets.py'), folder, 'made-notes']);
  for (const at of [EXAMPLES, folder]) {
    const dataset = await readDataset(at, at === folder ? 'made-notes' : 'penguins');
    // The species of a penguin is all but told by its measures: a silly task below.
    const child = (await bench.engine.propose(dataset)).proposed.find(({ id }) => !id.endsWith('species'));
    if (child === undefined) throw new RangeError(`nothing was proposed [dataset=${dataset.id}]`);
    const proposal = Proposal.parse(await getJson(bench.artifacts, child.documents['proposal'] ?? ''));
    // The engine's own split, and others; so few penguins may honestly be too few under another one.
    for (const seed of [proposal.split.seed, ...(at === folder ? [11, 12] : [])]) {
      const varied = { ...proposal, split: { ...proposal.split, seed } };
      const built = await bench.engine.build(proposal.id, proposal.datasetId, { ...child.documents, proposal: await putJson(bench.artifacts, varied) });
      sound.set(`${proposal.id} ${seed}`, {
        bundle: built.documents?.['package'] ?? '',
        raw: child.documents['raw'] ?? '',
        proposal: varied,
      });
    }
  }
}, 120_000);

afterAll(async () => {
  await bench.close();
  rmSync(folder, { recursive: true, force: true });
});

suite('the verification', () => {
  it('blames no sound package', async () => {
    const verdicts = await inParallel([...sound], WORKERS, async ([name, suspect]) => [name, await judgeByAllLayers(suspect, bench)] as const);

    expect(verdicts).toHaveLength(4);
    expect(verdicts.flatMap(([name, told]) => LAYERS.flatMap((layer) => told[layer].block.map((rule) => `${name}: ${rule}`)))).toEqual([]);
  }, 120_000);

  it('catches each defect by a rule of its own', async () => {
    const [suspect] = [...sound.values()];
    if (suspect === undefined) throw new RangeError('there is no sound package');
    const { bundle, raw, proposal } = suspect;
    const damaged = await damage({ id: proposal.id, bundle, raw, base: {} }, ORDERS, bench);
    const verdicts = await inParallel(damaged, WORKERS, async (entry): Promise<readonly [string, Told]> => [
      entry.operator,
      await judgeByAllLayers({ bundle: entry.bundle, raw, proposal }, bench),
    ]);

    const missed = verdicts.filter(([operator, told]) => caughtBy(told, operators.find((row) => row.id === operator)?.rules ?? [], 'block').length === 0);
    expect(verdicts.map(([operator]) => operator).sort()).toEqual(ORDERS.map(([operator]) => operator).sort());
    expect(missed.map(([operator, told]) => `${operator}: ${saidOf(told).join(' ')}`)).toEqual([]);
  }, 240_000);

  it.each(SILLY)(
    'stops a silly task: %s',
    async (id) => {
      const natural = NATURALS.find((candidate) => candidate.id === id);
      if (natural === undefined) throw new RangeError(`there is no such silly task [id=${id}]`);

      const judged = await judgeNatural(bench, natural, await readDataset(EXAMPLES, natural.dataset));

      expect(judged === undefined ? [] : caughtBy(judged.told, natural.rules, 'block')).not.toEqual([]);
    },
    120_000,
  );
});
