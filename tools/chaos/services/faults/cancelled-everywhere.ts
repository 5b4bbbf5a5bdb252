import { PIPELINE } from '@mle-smith/contracts';
import { writeTrees } from '../../../fake-openai/testing/trees.ts';
import type { Fault } from '../fault.ts';
import type { Rig, RigLine } from '../rig.ts';
import { ask, idsOf, submit } from '../run-load.ts';

/** Longest from the request until the subject has ended. */
const ENDED_WITHIN_SECONDS = 30;
const PREFIX = 'spare-';

/** One dataset or task is cancelled in the midst of each stage; the load beside them goes on. */
export const cancelledEverywhere: Fault = {
  row: 37,
  name: 'cancelled-everywhere',
  what: 'one subject cancelled in the midst of each stage, the rest while they wait',
  load: 'tables',
  recoverWithinSeconds: 60,
  told: [{ step: { outcome: 'ended', code: 'cancelled' } }],
  // What was in hand comes to nothing.
  allowance: { attempts: 2 * PIPELINE.length },
  inject: async (rig) => {
    const folders = await writeTrees(rig.folderOf('caller'), PIPELINE.length);
    await Promise.all(folders.map((folder, place) => submit(rig, `${PREFIX}${place + 1}`, folder)));
    const taken = new Set<string>();
    await Promise.all(PIPELINE.map(({ stage }) => cancelIn(rig, stage, taken)));
    await Promise.all((await spares(rig)).map((path) => cancel(rig, path)));
  },
};

/** Cancels the first spare subject that this stage has in hand, and waits for its end. */
async function cancelIn(rig: Rig, stage: string, taken: Set<string>): Promise<void> {
  const { task, dataset } = await rig.seen(
    `an attempt of ${stage} for a spare`,
    (line) => line.code === 'stage.started' && line.stage === stage && line.dataset?.startsWith(PREFIX) === true && !taken.has(idOf(line)),
    { from: 0, withinSeconds: 240, evenAfterLoad: true },
  );
  const path = task === undefined ? `/v1/datasets/${dataset}` : `/v1/tasks/${task}`;
  taken.add(task ?? dataset ?? '');
  if (!(await cancel(rig, path))) rig.complaints.push(`${path} was cancelled in ${stage} and had ended before`);
}

function idOf({ task, dataset }: RigLine): string {
  return task ?? dataset ?? '';
}

/** Spare subjects that have not ended. */
async function spares(rig: Rig): Promise<string[]> {
  const all = await Promise.all(['datasets', 'tasks'].map(async (kind) => (await idsOf(rig, kind)).map((id) => ({ id, path: `/v1/${kind}/${id}` }))));
  return all
    .flat()
    .filter(({ id }) => id.startsWith(PREFIX))
    .map(({ path }) => path);
}

/** Cancels a subject and waits for its end; false where it had ended. */
async function cancel(rig: Rig, path: string): Promise<boolean> {
  const { outcome } = (await ask(rig, `${path}/cancel`, { method: 'POST' })) as { outcome: string };
  if (outcome !== 'marked') return false;
  const asked = performance.now();
  await rig.until(`${path} is cancelled`, async () => ((await ask(rig, path)) as { code?: string }).code === 'cancelled', ENDED_WITHIN_SECONDS);
  rig.note(`${path} ended ${Math.round(performance.now() - asked)} ms after it was cancelled`);
  return true;
}
