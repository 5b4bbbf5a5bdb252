import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DesignRecord } from '@mle-smith/package';
import { ladderSpecOf } from '@mle-smith/task';

/** The reference solution: the ladder's code and a small solve.py. Paths below the package → text. */
export async function solutionFiles(record: DesignRecord, ladderDirectory: string): Promise<Record<string, string>> {
  const names = (await readdir(ladderDirectory)).filter((name) => name.endsWith('.py') && !name.startsWith('test_')).sort();
  const ladder = await Promise.all(names.map(async (name) => [`solution/ladder/${name}`, await readFile(join(ladderDirectory, name), 'utf8')] as const));
  return { ...Object.fromEntries(ladder), 'solution/solve.py': solveSource(record) };
}

function solveSource(record: DesignRecord): string {
  return `"""The reference solution: climbs the ladder and submits the rung that cross-validation on train prefers.

Usage: python solve.py PUBLIC_FOLDER SUBMISSION_FILE
"""
import sys
from pathlib import Path

import pandas as pd
from ladder.climb import climb
from ladder.task_spec import TaskSpec

TASK = ${JSON.stringify(ladderSpecOf(record))}


def solve(public: Path, submission: Path) -> None:
    spec = TaskSpec.of(TASK, public)
    train = pd.read_csv(public / "train.csv", low_memory=False)
    test = pd.read_csv(public / "test.csv", low_memory=False)
    best = max(climb(spec, train, test), key=lambda rung: spec.sign * rung["cvScore"])
    pd.DataFrame({spec.id: test[spec.id], spec.target: best["predictions"][0]}).to_csv(submission, index=False)


if __name__ == "__main__":
    solve(Path(sys.argv[1]), Path(sys.argv[2]))
`;
}
