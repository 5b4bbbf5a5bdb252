import { createHash } from 'node:crypto';
import { TaskManifest, type Objective } from '@mle-smith/contracts';
import type { ExportSource } from '../exports/export-source.ts';
import { exampleValue } from './example-value.ts';

const METRIC = `import numpy as np
import pandas as pd


class InvalidSubmissionError(Exception):
    """The submission cannot be scored."""


class RocAucMetrics:
    def evaluate(self, y_true, y_pred):
        return 0.5

    def validate_submission(self, submission, ground_truth):
        return "valid"
`;

/** A small package in memory, as exports read it. The words of its private and public cells hold `Q7-answer`. */
export function exportablePackage(
  options: { readonly local?: boolean; readonly verified?: boolean; readonly objective?: Objective; readonly extra?: boolean; readonly group?: boolean } = {},
): ExportSource {
  const { local = false, verified = true, objective = 'binary', extra = false, group = false } = options;
  const rows = Array.from({ length: 40 }, (_, id) => ({
    id,
    orchard: id % 2 === 0 ? 'north' : 'south',
    note: 'said "Q7-answer", twice',
    ripe: id % 3 === 0 ? 1 : 0,
  }));
  const [train, test] = [rows.slice(0, 20), rows.slice(20)];
  const note = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  const files: Record<string, string> = {
    ATTRIBUTION: 'Dataset: Pears\n',
    'task.json': '{}\n',
    'data/public/description.txt': 'Pears, for example `Q7-answer`.\n',
    'data/public/train.csv': `id,orchard,note,ripe\n${train.map((row) => `${row.id},${row.orchard},${note(row.note)},${row.ripe}\n`).join('')}`,
    'data/public/test.csv': `id,orchard,note\n${test.map((row) => `${row.id},${row.orchard},${note(row.note)}\n`).join('')}`,
    'data/public/sample_submission.csv': `id,ripe\n${test.map((row) => `${row.id},0.5\n`).join('')}`,
    'data/private/test_answer.csv': `id,ripe${extra ? ',scale' : ''}\n${test.map((row) => `${row.id},${row.ripe}${extra ? ',2.5' : ''}\n`).join('')}`,
    'utils/prepare.py': 'from pathlib import Path\n\n\ndef prepare(raw: Path, public: Path, private: Path) -> None:\n    pass\n',
    'utils/metric.py': METRIC,
    'solution/solve.py': 'pass\n',
    'verification/assert.json': '{}\n',
    ...(local ? { 'raw.txt': 'abc 3 pears.csv\n' } : { 'raw/pears.csv': 'ripe\n1\n' }),
  };
  const contamination = { level: 'private' as const, evidence: '' };
  const manifest = TaskManifest.parse({
    format: 'mle-smith/1',
    id: 'pears--ripe',
    revision: 'sha256:1',
    title: 'Ripe pears',
    objective,
    modality: 'tabular',
    dataset: { id: 'pears', digest: 'sha256:2', title: 'Pears' },
    target: { name: 'ripe', column: 'ripe', description: '', classes: [] },
    metric: { name: 'roc_auc', direction: 'maximize', optimum: 1, reason: '' },
    split: { kind: group ? 'group' : 'random', ...(group ? { column: 'orchard' } : {}), testFraction: 0.5, seed: 7, reason: '', trainRows: 20, testRows: 20 },
    submission: {
      id: 'id',
      columns: [
        { name: 'id', kind: 'id' },
        { name: 'ripe', kind: 'probability' },
      ],
    },
    columns: ['orchard', 'note'].map((name) => ({ name, raw: name, type: 'text', description: '' })),
    ledger: [],
    entities: [],
    files: Object.entries(files)
      .filter(([path]) => path !== 'task.json' && !path.startsWith('verification/'))
      .map(([path, text]) => ({ path, sha256: createHash('sha256').update(text).digest('hex'), bytes: Buffer.byteLength(text) })),
    lineage: { proposal: '', generation: 1, repairs: [] },
    licence: { text: 'CC0-1.0', redistribution: local ? 'recipe_only' : 'allowed' },
    local_only: local,
    engine: { name: 'rules', version: '1' },
    question: { question: 'Is it ripe?', user: '', decision: '', momentOfPrediction: '', contamination, skills: [], risks: [] },
    ...(verified ? { value: exampleValue([0.5, 0.6, 0.7, 0.8], 20) } : {}),
  });
  return { manifest, paths: Object.keys(files).sort(), bytes: (path) => new TextEncoder().encode(files[path] ?? '') };
}
