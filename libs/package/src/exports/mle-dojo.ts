import { boardComplaints, SYNTHETIC, syntheticScores } from './board.ts';
import {
  ANSWERS,
  copies,
  copy,
  DESCRIPTION,
  METRIC,
  PREPARE,
  readme,
  metricClass,
  type ExportFile,
  type ExportSource,
  type ExportTarget,
} from './export-source.ts';
import { exportedText, headerOf, leakComplaints, listComplaints } from './file-list.ts';

const BOARDS = ['public_leaderboard.csv', 'private_leaderboard.csv'];
const LEVELS = { starter: 'beginner', standard: 'intermediate', hard: 'advanced' } as const;
const CATEGORIES: Readonly<Record<string, string>> = { image: 'Vision', audio: 'Audio', text: 'NLP', timeseries: 'Time Series' };

/** Where a task's files lie in the export. */
function places({ manifest: { id } }: ExportSource): { data: string; code: string } {
  return { data: `data/${id}/`, code: `mledojo/competitions/${id}/` };
}

function files(source: ExportSource): readonly ExportFile[] {
  const { data, code } = places(source);
  const board = `rank,score\n${syntheticScores(source)
    .map((score, index) => `${index + 1},${score}\n`)
    .join('')}`;
  return [
    readme(
      source,
      'MLE-Dojo',
      `Copy \`${code}\` into a checkout of MLE-Dojo and \`${data}\` next to your other data, then register the task as \`register.py\` does: \`python register.py ${data}\`.`,
      SYNTHETIC,
    ),
    { path: 'register.py', text: registration(source) },
    ...copies(source, 'data/public/', `${data}public/`),
    ...copies(source, 'data/private/', `${data}private/`),
    ...copies(source, 'raw/', `${data}raw/`),
    ...copy(source, PREPARE, `${code}utils/prepare.py`),
    ...copy(source, METRIC, `${code}utils/metric.py`),
    ...copy(source, DESCRIPTION, `${code}info/description.txt`),
    ...[`${data}private/`, `${code}info/`].flatMap((folder) => BOARDS.map((name) => ({ path: `${folder}${name}`, text: board }))),
    ...copy(source, 'raw.txt', `${data}raw.txt`),
  ];
}

/** The CompInfo and the call that puts the task into the registry. */
function registration({ manifest }: ExportSource): string {
  const level = LEVELS[manifest.value?.ladder_difficulty ?? 'standard'];
  return `"""Registers the task with MLE-Dojo. Usage: python register.py DATA_FOLDER"""
import sys

from mledojo.competitions import get_metric
from mledojo.gym.competition import CompetitionRegistry, CompInfo

NAME = ${JSON.stringify(manifest.id)}
INFO = CompInfo(
    category=${JSON.stringify(CATEGORIES[manifest.modality] ?? 'Tabular')},
    level=${JSON.stringify(level)},
    output_type="submission.csv",
    higher_is_better=${manifest.metric.direction === 'maximize' ? 'True' : 'False'},
    tldr=${JSON.stringify(manifest.title)},
    tags=${JSON.stringify([manifest.objective, ...(manifest.value?.skills ?? manifest.question.skills)])},
)


def register(data_dir: str) -> CompetitionRegistry:
    registry = CompetitionRegistry()
    registry.register(name=NAME, data_dir=data_dir, comp_info=INFO, metric_class=get_metric(NAME))
    return registry


if __name__ == "__main__":
    print(register(sys.argv[1]).get(NAME))
`;
}

function complaints(found: readonly ExportFile[], source: ExportSource): readonly string[] {
  const { data, code } = places(source);
  const sample = headerOf(found, source, `${data}public/sample_submission.csv`);
  const board = exportedText(found, source, `${data}private/private_leaderboard.csv`).trim().split('\n');
  return [
    ...listComplaints(found, [
      `${data}public/description.txt`,
      `${data}public/sample_submission.csv`,
      `${data}public/train.csv`,
      `${data}public/test.csv`,
      `${data}private/test_answer.csv`,
      `${data}private/public_leaderboard.csv`,
      `${code}utils/prepare.py`,
      `${code}utils/metric.py`,
      `${code}info/description.txt`,
      ...BOARDS.map((name) => `${code}info/${name}`),
      'register.py',
    ]),
    ...leakComplaints(found, source, `${data}public/`),
    ...(sample[0] === source.manifest.submission.id ? [] : ['the id is not the first column of the sample submission']),
    ...(sample.every((name) => headerOf(found, source, `${data}private/${ANSWERS.split('/').at(-1) ?? ''}`).includes(name))
      ? []
      : ['the answers lack a column of the sample']),
    ...(board[0]?.split(',')[1] === 'score' ? [] : ['the score is not the second column of the leaderboard']),
    ...boardComplaints(
      board.slice(1).map((line) => Number(line.split(',')[1])),
      source.manifest.metric.direction,
    ),
    ...(metricClass(source) === 'CompetitionMetrics' ? ['the metric class has the name of the base class'] : []),
  ];
}

export const MLE_DOJO: ExportTarget = {
  summary: 'data, mledojo/competitions/<id>/{utils,info} with a synthetic leaderboard, and the registration',
  files,
  complaints,
};
