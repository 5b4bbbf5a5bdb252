import { createHash } from 'node:crypto';
import { TaskManifest, type MetricSpec } from '@mle-smith/contracts';
import { metricExample } from '@mle-smith/design/testing';
import { canonicalJson, digestOf, manifestFiles, revisionOf, type BundleFile, type ExportSource } from '@mle-smith/package';
import { exampleValue } from '@mle-smith/package/testing';
import { chance } from './made-tables.ts';

const REPEATS = 6;

/** A package on disk or in memory: its files by path, and its manifest. */
export interface ExamplePackage {
  readonly manifest: TaskManifest;
  readonly files: Readonly<Record<string, string>>;
}

export interface ExampleChanges {
  readonly verified?: boolean;
  readonly local?: boolean;
  readonly difficulty?: 'starter' | 'standard' | 'hard';
  readonly id?: string;
}

/** A small sound package that is scored by one metric of the catalogue, with the metric.py that the design stage writes. */
export function examplePackage(metric: MetricSpec, { verified = true, local = false, difficulty = 'standard', id }: ExampleChanges = {}): ExamplePackage {
  const { objective, source, truth, needed, classes } = metricExample(metric);
  const next = chance(5);
  const rows = Array.from({ length: 2 * REPEATS * truth.length }, (_, index) => {
    const place = index % truth.length;
    return { id: index, x: (place + 0.3 * next()).toFixed(3), note: place % 2 === 0 ? 'it is "early", they say' : "it's late", y: truth[place] ?? 0, place };
  });
  const half = rows.length / 2;
  const [train, test] = [rows.slice(0, half), rows.slice(half)];
  const extra = Object.keys(needed);
  const csv = (columns: readonly string[], table: readonly (readonly unknown[])[]): string =>
    [columns, ...table]
      .map((row) => `${row.map((cell) => (/[",]/.test(String(cell)) ? `"${String(cell).replaceAll('"', '""')}"` : String(cell))).join(',')}\n`)
      .join('');
  const constant = metric.prediction === 'probability' ? 0.5 : metric.prediction === 'number' || metric.prediction === 'nonnegative' ? 2 : undefined;
  const files: Record<string, string> = {
    ATTRIBUTION: 'Dataset: Orchard notes\nOrigin: https://example.org/orchard\nLicence: CC0-1.0\n',
    'data/public/description.txt': '# Orchard notes\n\nPredict `y` from `x` and `note`.\n',
    'data/public/train.csv': csv(
      ['id', 'x', 'fruit note', 'y', ...extra],
      train.map((row) => [row.id, row.x, row.note, row.y, ...extra.map((name) => needed[name]?.[row.place])]),
    ),
    'data/public/test.csv': csv(
      ['id', 'x', 'fruit note'],
      test.map((row) => [row.id, row.x, row.note]),
    ),
    'data/public/sample_submission.csv': csv(
      ['id', 'y'],
      test.map((row) => [row.id, constant ?? (metric.prediction === 'tags' ? String(row.y).replace(/\S+/g, 'O') : truth[0])]),
    ),
    'data/private/test_answer.csv': csv(
      ['id', 'y', ...extra],
      test.map((row) => [row.id, row.y, ...extra.map((name) => needed[name]?.[row.place])]),
    ),
    'utils/prepare.py':
      'from pathlib import Path\n\n\ndef prepare(raw: Path, public: Path, private: Path) -> None:\n    public.joinpath("train.csv").write_bytes(raw.joinpath("train.csv").read_bytes())\n    private.mkdir()\n',
    'utils/metric.py': source,
    'solution/solve.py': 'import sys\n',
    ...(local ? { 'raw.txt': '# Raw files\nabc 12 orchard.csv\n' } : { 'raw/orchard.csv': 'x,y\n1,2\n' }),
    'verification/assert.json': '{}\n',
    'verification/audit.json': `${JSON.stringify({ audit: { description: '# Orchard notes\n\nPredict `y` from `x` and `note`.\n' } })}\n`,
  };
  const bundle = bundleOf(files);
  const manifest = TaskManifest.parse({
    format: 'mle-smith/1',
    id: id ?? `orchard--${metric.name.replaceAll('_', '-')}`,
    revision: '',
    title: 'Orchard notes, "y"',
    objective,
    modality: 'tabular',
    dataset: {
      id: 'orchard',
      digest: `sha256:${createHash('sha256').update('orchard').digest('hex')}`,
      title: 'Orchard notes',
      origin: 'https://example.org/orchard',
    },
    target: { name: 'y', column: 'y', description: '', classes },
    metric: { name: metric.name, direction: metric.direction, optimum: metric.optimum, reason: '' },
    split: { kind: 'random', testFraction: 0.5, seed: 7, reason: '', trainRows: half, testRows: half },
    submission: {
      id: 'id',
      columns: [
        { name: 'id', kind: 'id' },
        { name: 'y', kind: metric.prediction },
      ],
    },
    columns: ['x', 'fruit note'].map((name) => ({ name, raw: name, type: name === 'x' ? 'number' : 'free text', description: '' })),
    ledger: [],
    entities: [],
    files: manifestFiles(bundle),
    lineage: { proposal: 'sha256:0', generation: 1, repairs: [] },
    licence: { text: 'CC0-1.0', redistribution: local ? 'recipe_only' : 'allowed' },
    local_only: local,
    engine: { name: 'rules', version: '1' },
    question: {
      question: 'What is y?',
      user: 'u',
      decision: 'd',
      momentOfPrediction: 'm',
      contamination: { level: 'private', evidence: '' },
      skills: ['text'],
      risks: [],
    },
    ...(verified ? { value: exampleValue(metric.direction === 'maximize' ? [0.2, 0.4, 0.5, 0.6] : [3, 2, 1.5, 1], half, difficulty) } : {}),
  });
  const stated = { ...manifest, revision: revisionOf(manifest, bundle) };
  return { manifest: stated, files: { ...files, 'task.json': canonicalJson(stated) } };
}

/** The package as exports read it. */
export function sourceOf({ manifest, files }: ExamplePackage): ExportSource {
  return {
    manifest,
    paths: Object.keys(files).sort(),
    bytes: (path) => {
      const text = files[path];
      if (text === undefined) throw new RangeError(path);
      return new TextEncoder().encode(text);
    },
  };
}

function bundleOf(files: Readonly<Record<string, string>>): BundleFile[] {
  return Object.entries(files).map(([path, text]) => ({ path, digest: digestOf(text), bytes: Buffer.byteLength(text) }));
}
