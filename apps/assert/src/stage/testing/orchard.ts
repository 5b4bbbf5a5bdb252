import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TaskManifest } from '@mle-smith/contracts';
import { DirectJobRunner } from '@mle-smith/environment/testing';
import { canaryOf } from '@mle-smith/package';
import { InMemoryArtifactStore } from '@mle-smith/package/testing';
import { AssertConfig } from '../../config.ts';
import { judge } from '../judge.ts';
import { Audit, MetricAudit, Rebuild, type Measurements } from '../measurements.ts';

/** Small packages without a fault, by how they are split or what they ask. */
export type Base = 'group' | 'time' | 'classes' | 'tags';
export const BASES: readonly Base[] = ['group', 'time', 'classes', 'tags'];
/** What the jobs measured on one package; of a defect also the rule that it breaks, and the package that it was planted in. */
export interface Measured {
  readonly rule?: string;
  readonly base?: Base;
  readonly audit: unknown;
  readonly metric?: unknown;
  readonly rebuilds?: readonly unknown[];
  readonly files: Readonly<Record<string, string>>;
}

const FACTS = {
  group: {
    id: 'id',
    target: 'harvest',
    objective: 'regression',
    metric: 'rmse',
    kind: 'number',
    direction: 'minimize',
    optimum: 0,
    group: 'orchard',
    entities: [{ column: 'orchard', role: 'unseen' }],
  },
  time: { id: 'id', target: 'harvest', objective: 'regression', metric: 'rmse', kind: 'number', direction: 'minimize', optimum: 0, time: 'day' },
  classes: {
    id: 'id',
    target: 'quality',
    objective: 'multiclass',
    metric: 'macro_f1',
    kind: 'label',
    direction: 'maximize',
    optimum: 1,
    classes: ['bad', 'fair', 'good'],
  },
  tags: {
    id: 'id',
    target: 'tags',
    objective: 'tags',
    metric: 'span_f1',
    kind: 'tags',
    direction: 'maximize',
    optimum: 1,
    classes: ['O', 'B-fruit', 'B-place', 'I-place'],
    text: ['tokens'],
  },
} as const;
export const DATASET = { id: 'orchards', digest: `sha256:${'0'.repeat(64)}`, title: 'Orchards' };
/** What the jobs are told of each base package. */
const TOLD = Object.fromEntries(
  Object.entries(FACTS).map(([base, facts]) => [
    base,
    { ...facts, canary: canaryOf({ id: 'orchards--harvest', dataset: DATASET, target: { column: facts.target } }) },
  ]),
);
export const CONFIG = AssertConfig.parse({});
const PROGRAMS = ['age', 'water', 'soil', 'wind', 'spacing', 'height'];

/** The measured packages. */
export interface Orchard {
  readonly bases: Readonly<Record<Base, Measured>>;
  /** By what is wrong with them; none where only the sound packages were asked for. */
  readonly defects: Readonly<Record<string, Measured>>;
}

/** Makes the packages and measures them as the stage's jobs do; with every planted defect, or the sound ones alone. */
export async function measureOrchard(which: 'bases' | 'defects'): Promise<Orchard> {
  const artifacts = new InMemoryArtifactStore();
  const folder = join(import.meta.dirname, 'orchard');
  const programs = await Promise.all(
    ['packages.py', 'changes.py', 'notations.py', 'defects.py', 'measure.py'].map(
      async (name) => [name, new Uint8Array(await readFile(join(folder, name)))] as const,
    ),
  );
  const result = await new DirectJobRunner({ artifacts }).run({
    name: 'planted',
    zone: 'measure',
    trust: 'ours',
    run: { script: 'measure.py', arguments: ['/input/facts.json', '/output/measured.json', which] },
    inputs: [],
    files: { ...Object.fromEntries(programs), 'facts.json': new TextEncoder().encode(JSON.stringify(TOLD)) },
    outputs: ['measured.json'],
    limits: { wallMs: 300_000 },
  });
  if (result.status !== 'succeeded') throw new Error(`the packages cannot be measured: ${result.message}`);
  return JSON.parse(new TextDecoder().decode(await artifacts.get(result.outputs[0]?.digest ?? ''))) as Orchard;
}

/** The manifest that a base package would have. */
export function manifestOf({ bases }: Orchard, base: Base, change: Partial<TaskManifest> = {}): TaskManifest {
  const { audit, files } = bases[base];
  const facts = FACTS[base];
  const { split } = Audit.parse(audit);
  const column = base === 'group' ? 'orchard' : base === 'time' ? 'day' : undefined;
  const inputs = base === 'tags' ? FACTS.tags.text : [...(column === undefined ? [] : [column]), ...PROGRAMS];
  return TaskManifest.parse({
    format: 'mle-smith/1',
    id: 'orchards--harvest',
    revision: '',
    title: 'Harvest',
    objective: facts.objective,
    modality: base === 'tags' ? 'text' : 'tabular',
    dataset: DATASET,
    target: { name: facts.target, column: facts.target, description: '', classes: 'classes' in facts ? facts.classes : [] },
    metric: { name: facts.metric, direction: facts.direction, optimum: facts.optimum, reason: 'test' },
    split: {
      kind: base === 'group' ? 'group' : base === 'time' ? 'temporal' : base === 'classes' ? 'stratified' : 'random',
      ...(column === undefined ? {} : { column }),
      testFraction: 0.3,
      seed: 1,
      reason: 'test',
      trainRows: split?.rows.train,
      testRows: split?.rows.test,
    },
    submission: {
      id: 'id',
      columns: [
        { name: 'id', kind: 'id' },
        { name: facts.target, kind: facts.kind },
      ],
    },
    columns: inputs.map((name) => ({ name, raw: name, type: 'number', description: '' })),
    ledger: inputs.map((name) => ({ column: name, availability: 'at', evidence: 'test', kept: true })),
    entities: base === 'group' ? [{ column: 'orchard', role: 'unseen', evidence: 'test' }] : [],
    files: Object.entries(files).map(([path, sha256]) => ({ path, sha256, bytes: 1 })),
    lineage: { proposal: '', generation: 1, repairs: [] },
    licence: { text: 'CC0-1.0', redistribution: 'allowed' },
    local_only: false,
    engine: { name: 'rules', version: '1' },
    question: { question: 'q', user: 'u', decision: 'd', momentOfPrediction: 'm', contamination: { level: 'private', evidence: 'e' }, skills: [], risks: [] },
    ...change,
  });
}

/** What the rules are given of a package. */
export function measurements(measured: Measured, manifest: TaskManifest): Measurements {
  return {
    audit: Audit.parse(measured.audit),
    metric: measured.metric === undefined ? undefined : MetricAudit.parse(measured.metric),
    rebuilds: measured.rebuilds?.map((run) => Rebuild.parse(run)),
    files: measured.files,
    manifest,
    revision: undefined,
    irregular: [],
    faultyTexts: {},
  };
}

/** Ids of the rules that block, or that warn. */
export function found(severity: 'block' | 'warn', given: Measurements, config = CONFIG): string[] {
  const { findings } = judge(given, ['design', 'package'], config, { kind: 'none', gaps: [] });
  return findings.filter((finding) => finding.severity === severity).map((finding) => finding.rule);
}
