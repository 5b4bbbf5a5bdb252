import {
  ANSWERS,
  copies,
  copy,
  DESCRIPTION,
  METRIC,
  metricClass,
  readme,
  textOf,
  valueOf,
  type ExportFile,
  type ExportSource,
  type ExportTarget,
} from './export-source.ts';
import { exportedText, leakComplaints, listComplaints } from './file-list.ts';

/** What the images install: the packages that descriptions promise, in the versions of libs/mle-env/requirements.lock. */
export const PACKAGES = {
  numpy: '2.4.6',
  pandas: '3.1.1',
  scipy: '1.17.1',
  'scikit-learn': '1.9.1',
  lightgbm: '4.7.0',
  pillow: '13.0.0',
  'scikit-image': '0.26.0',
  soundfile: '0.14.0',
  pyarrow: '26.0.1',
  statsmodels: '0.15.0',
  'python-crfsuite': '0.9.12',
} as const;

/** The agent's user; the answers are not in its image, and it is not root besides. */
const USER = 'solver';
const WORKSPACE = '/workspace';
const SUBMISSION = `${WORKSPACE}/submission.csv`;

function files(source: ExportSource): readonly ExportFile[] {
  return [
    readme(
      source,
      'Harbor',
      'The reward is 0 at the score of the best trivial solution and 1 at that of the strong baseline, linear between them and cut off at both ends; `score` in reward.json is the raw score.',
      'The answers and the grader are in `tests/` only; the environment of the agent is built from `environment/`, which holds the public files.',
    ),
    { path: 'instruction.md', text: instruction(source) },
    { path: 'task.toml', text: settings(source) },
    {
      path: 'environment/Dockerfile',
      text: image(
        `RUN useradd --create-home ${USER} && mkdir ${WORKSPACE} && chown ${USER} ${WORKSPACE}`,
        `COPY data/ ${WORKSPACE}/data/`,
        `WORKDIR ${WORKSPACE}`,
      ),
    },
    ...copies(source, 'data/public/', 'environment/data/', (path) => path !== 'description.txt'),
    { path: 'tests/Dockerfile', text: image('COPY . /tests/', `WORKDIR ${WORKSPACE}`) },
    { path: 'tests/test.sh', text: TEST },
    { path: 'tests/grade.py', text: grader(source) },
    ...copy(source, METRIC, 'tests/task_metric.py'),
    ...copy(source, ANSWERS, 'tests/test_answer.csv'),
    { path: 'solution/solve.sh', text: `#!/bin/sh\nset -eu\npython "$(dirname "$0")/solve.py" ${WORKSPACE}/data ${SUBMISSION}\n` },
    ...copies(source, 'solution/', 'solution/'),
  ];
}

function instruction(source: ExportSource): string {
  return `${textOf(source, DESCRIPTION).trimEnd()}

## Where things are

The files named above are in \`${WORKSPACE}/data\`. Write your predictions to \`${SUBMISSION}\`.
`;
}

function settings({ manifest }: ExportSource): string {
  const keywords = [manifest.objective, manifest.modality, ...(manifest.value?.skills ?? manifest.question.skills)];
  return `schema_version = "1.4"
artifacts = [${quoted(SUBMISSION)}]

[task]
name = ${quoted(`mle-smith/${manifest.id}`)}
description = ${quoted(manifest.title)}
keywords = [${keywords.map(quoted).join(', ')}]

[metadata]
revision = ${quoted(manifest.revision)}
metric = ${quoted(manifest.metric.name)}
direction = ${quoted(manifest.metric.direction)}
difficulty = ${quoted(manifest.value?.ladder_difficulty ?? 'unknown')}

[agent]
user = ${quoted(USER)}
timeout_sec = 1800.0

[environment]
network_mode = "no-network"
build_timeout_sec = 1200.0
cpus = 2
memory_mb = 4096
storage_mb = 10240
workdir = ${quoted(WORKSPACE)}

[verifier]
environment_mode = "separate"
timeout_sec = 300.0

[verifier.environment]
network_mode = "no-network"
build_timeout_sec = 1200.0
cpus = 1
memory_mb = 4096
`;
}

/** A TOML basic string: its escapes are those of JSON but for the delete character. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll('\u007f', '\\u007f');
}

function image(...lines: readonly string[]): string {
  return `FROM python:3.11-slim
RUN apt-get update && apt-get install -y --no-install-recommends libgomp1 && rm -rf /var/lib/apt/lists/*
RUN pip install --no-cache-dir ${Object.entries(PACKAGES)
    .map(([name, version]) => `${name}==${version}`)
    .join(' ')}
${lines.join('\n')}
`;
}

/** Reward files that lie there already were written by somebody else; they go before anything is graded. */
const TEST = `#!/bin/sh
set -u
mkdir -p /logs/verifier
rm -f /logs/verifier/reward.txt /logs/verifier/reward.json
python "$(dirname "$0")/grade.py" ${SUBMISSION} /logs/verifier
`;

function grader(source: ExportSource): string {
  const anchors = valueOf(source, 'the reward').reward_anchors;
  return `"""Grades SUBMISSION and writes reward.json. Usage: python grade.py SUBMISSION LOG_FOLDER"""
import importlib.util
import json
import math
import sys
from pathlib import Path

import pandas as pd

HERE = Path(__file__).resolve().parent
# Scores that are worth 0 and 1.
NOTHING, STRONG = ${anchors['0']}, ${anchors['1']}


def load_metric():
    spec = importlib.util.spec_from_file_location("task_metric", HERE / "task_metric.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.${metricClass(source)}()


def score_of(submission: Path) -> float:
    metric, answers = load_metric(), pd.read_csv(HERE / "test_answer.csv")
    offered = pd.read_csv(submission, index_col=False)
    metric.validate_submission(offered, answers)
    score = float(metric.evaluate(answers, offered))
    if not math.isfinite(score):
        raise ValueError("the score is not a finite number")
    return score


def reward_of(score: float) -> float:
    return min(1.0, max(0.0, (score - NOTHING) / (STRONG - NOTHING)))


def main(submission: Path, logs: Path) -> None:
    for name in ("reward.txt", "reward.json"):
        (logs / name).unlink(missing_ok=True)
    try:
        score = score_of(submission)
        found = {"reward": reward_of(score), "score": score, "valid": 1}
    except Exception as error:
        print(f"the submission gets no score: {type(error).__name__}: {' '.join(str(error).split())[:300]}")
        found = {"reward": 0.0, "valid": 0}
    (logs / "reward.json").write_text(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
`;
}

function complaints(found: readonly ExportFile[], source: ExportSource): readonly string[] {
  const toml = exportedText(found, source, 'task.toml');
  const { '0': nothing, '1': strong } = valueOf(source, 'the reward').reward_anchors;
  return [
    ...listComplaints(found, [
      'instruction.md',
      'task.toml',
      'environment/Dockerfile',
      'environment/data/train.csv',
      'environment/data/test.csv',
      'environment/data/sample_submission.csv',
      'tests/Dockerfile',
      'tests/test.sh',
      'tests/grade.py',
      'tests/task_metric.py',
      'tests/test_answer.csv',
      'solution/solve.sh',
      'solution/solve.py',
    ]),
    ...leakComplaints(found, source, 'environment/'),
    ...leakComplaints(found, source, 'instruction.md'),
    ...found
      .filter((file) => file.path.startsWith('environment/') && 'from' in file && !file.from.startsWith('data/public/'))
      .map((file) => `${file.path} is no public file`),
    ...(/^\[environment\]\nnetwork_mode = "no-network"$/m.test(toml) ? [] : ['the environment has a network']),
    ...(/^\[verifier\]\nenvironment_mode = "separate"$/m.test(toml) ? [] : ['the verifier shares the environment of the agent']),
    ...(toml.includes(`artifacts = ["${SUBMISSION}"]`) ? [] : ['the submission does not reach the verifier']),
    ...(/rm -f .*reward\.txt .*reward\.json/.test(exportedText(found, source, 'tests/test.sh')) ? [] : ['reward files that were there before are not deleted']),
    ...(nothing === strong ? ['the anchors of the reward are equal'] : []),
  ];
}

export const HARBOR: ExportTarget = { summary: 'instruction.md, task.toml, environment/, tests/ and solution/ with a normalised reward', files, complaints };
