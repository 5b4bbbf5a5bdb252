import { AssertVerdict, TaskManifest } from '@mle-smith/contracts';
import { getJson, readBundleText, type ArtifactStore } from '@mle-smith/package';
import { TwinIndex, traceOf, type Twin } from '@mle-smith/task';
import type { RunState } from './run-state.ts';

/** A verified task, with the one that it repeats. */
export interface VerifiedTask {
  readonly manifest: TaskManifest;
  readonly twin: Twin | undefined;
}

/**
 * The verified tasks of a run by id. Of tasks that repeat each other the first by id counts, whichever was done first;
 * a task that the catalogue has already is told by its own verdict (X12). A micro variant is the twin of nobody.
 */
export async function verifiedTasks(state: RunState, artifacts: ArtifactStore): Promise<ReadonlyMap<string, VerifiedTask>> {
  const index = new TwinIndex();
  const found = new Map<string, VerifiedTask>();
  const tasks = (await state.list()).filter((task) => task.state === 'task.verified' && task.documents['verified'] !== undefined);
  for (const task of tasks.sort((one, other) => (one.id < other.id ? -1 : 1))) {
    const bundle = task.documents['verified'] ?? '';
    const manifest = TaskManifest.parse(JSON.parse((await readBundleText(artifacts, bundle, 'task.json')) ?? 'null'));
    const trace = traceOf(manifest, (await readBundleText(artifacts, bundle, 'data/public/description.txt')) ?? '');
    const micro = manifest.lineage.micro !== undefined;
    const twin = micro ? undefined : (index.twinOf(trace) ?? (await catalogueTwin(artifacts, task.documents['assert'])));
    if (!micro && twin === undefined) index.add(trace);
    found.set(task.id, { manifest, twin });
  }
  return found;
}

/** What X12 found in the catalogue. */
async function catalogueTwin(artifacts: ArtifactStore, digest: string | undefined): Promise<Twin | undefined> {
  if (digest === undefined) return undefined;
  const rule = AssertVerdict.parse(await getJson(artifacts, digest)).rules.find(({ id }) => id === 'X12');
  return rule?.measurement['twin'] as Twin | undefined;
}

/** How often each value occurs over the distinct tasks, the commonest first. */
export type Spread = Readonly<Record<'modality' | 'objective' | 'difficulty' | 'skill', Readonly<Record<string, number>>>>;

/** What the distinct tasks of a run cover. */
export function spreadOf(tasks: ReadonlyMap<string, VerifiedTask>): Spread {
  const manifests = [...tasks.values()].filter(isDistinct).map(({ manifest }) => manifest);
  return {
    modality: counted(manifests.map(({ modality }) => modality)),
    objective: counted(manifests.map(({ objective }) => objective)),
    difficulty: counted(manifests.flatMap(({ value }) => value?.ladder_difficulty ?? [])),
    skill: counted(manifests.flatMap(({ value }) => value?.skills ?? [])),
  };
}

/** Whether a verified task counts as one of its own. */
export function isDistinct({ manifest, twin }: VerifiedTask): boolean {
  return twin === undefined && manifest.lineage.micro === undefined;
}

function counted(values: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return Object.fromEntries([...counts].sort((one, other) => other[1] - one[1] || (one[0] < other[0] ? -1 : 1)));
}
