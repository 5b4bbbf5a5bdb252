import { basename, join } from 'node:path';
import { Dataset, Proposal } from '@mle-smith/contracts';
import { getJson } from '@mle-smith/package';
import { baseTasks, profileOf, type BaseTask } from './base.ts';
import { openBench } from './bench.ts';
import { judgeByAllLayers } from './judge.ts';
import { saidOf } from './tally.ts';
import { variantOf, variationsOf } from './variants.ts';

const [mode, most, ...folders] = process.argv.slice(2);
const bench = await openBench('/tmp/card-bench', 2);
for (const folder of folders) {
  const id = basename(folder);
  const started = performance.now();
  const dataset = await bench.engine.read(id, folder);
  if (dataset === undefined) { console.log(id, 'refused'); continue; }
  let tasks: BaseTask[] = [];
  if (mode === 'thin') {
    for (const child of (await bench.engine.propose(dataset)).proposed)
      tasks.push({ id: child.id, dataset: id, half: 'development', documents: child.documents, bundle: '', raw: Dataset.parse(await getJson(bench.artifacts, child.documents['dataset'] ?? '')).raw,
        proposal: Proposal.parse(await getJson(bench.artifacts, child.documents['proposal'] ?? '')), quick: { scale: '', trivial: 0, best: 0 }, ladder: { gain: 1, gainStandardError: 0, rungs: [], chosen: '' } as any });
  } else {
    const made = await baseTasks(bench, dataset);
    tasks = made.tasks;
    for (const e of made.ended) console.log(id, 'ended', e.id, e.reason);
  }
  console.log(`== ${id}`, tasks.map((t) => `${t.id} [${t.proposal.reader.format} ${t.proposal.modality} ${t.proposal.split.kind} ${t.proposal.split.column ?? ''}]`).join(', '), Math.round((performance.now() - started) / 1000), 's');
  for (const task of tasks) {
    let vs = variationsOf(task, await profileOf(bench, task.documents), 99);
    vs = mode === 'thin' ? vs.filter((v) => v.rows !== undefined).filter((_, i) => i % Math.ceil(vs.length / Number(most)) === 0) : variationsOf(task, await profileOf(bench, task.documents), Number(most));
    let ok = 0;
    for (const v of vs) {
      const t0 = performance.now();
      let said = '';
      try {
        const made = await variantOf(bench, task, v);
        said = typeof made === 'string' ? made : 'made';
        if (typeof made !== 'string') { ok += 1;
          if (mode === 'judge') { const told = await judgeByAllLayers(made, bench); said += ' ' + saidOf(told).join(' '); } }
      } catch (e) { said = 'THROWS ' + (e as Error).message.slice(0, 1500); }
      if (mode !== 'count') console.log(`  ${task.id} ${v.name}: ${said} (${((performance.now() - t0) / 1000).toFixed(1)} s)`);
    }
    if (mode !== 'thin') console.log(`PLAN ${task.proposal.modality} ${task.id} ${ok + 1} of ${vs.length + 1}`);
  }
}
await bench.close();
