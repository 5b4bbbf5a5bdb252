import { RULES } from '@mle-smith/assert';
import { METRICS, REASON_CODES, TaskManifest, type MetricSpec } from '@mle-smith/contracts';
import { EXECUTE_RULES } from '@mle-smith/execute';
import { fieldsOf } from './fields.ts';
import { page, table } from './tables.ts';

export interface ExitCode {
  readonly code: number;
  readonly meaning: string;
}

const FAMILIES: Readonly<Record<string, string>> = {
  L: 'Layout and code',
  D: 'Determinism',
  S: 'Split and leakage',
  A: 'Sample submission and answers',
  M: 'Metric',
  X: 'Execution and security',
};

/** docs/reference/metrics.md */
export function metricsPage(): string {
  const specs: readonly MetricSpec[] = Object.values(METRICS);
  const bound = (value: number): string => (Number.isFinite(value) ? String(value) : '∞');
  return page(
    'Metrics',
    'Every metric that a task can have. A submission has the columns `id` and the target; the cell holds what the table says.',
    table(
      ['name', 'metric', 'for', 'better', 'optimum', 'range', 'a cell holds'],
      specs.map((spec) => [
        `\`${spec.name}\``,
        spec.title,
        spec.objectives.join(', '),
        spec.direction === 'maximize' ? 'higher' : 'lower',
        String(spec.optimum),
        `${bound(spec.range[0])} to ${bound(spec.range[1])}`,
        spec.prediction,
      ]),
    ),
    ...specs.map((spec) => `**${spec.name}**: ${spec.formula}.`),
  );
}

/** libs/mle-env/src/mle_env/metric_catalogue.json: what Python needs to know of each metric. */
export function metricsForPython(): string {
  const rows = Object.values<MetricSpec>(METRICS).map(({ name, direction, optimum, prediction, over }) => [name, { direction, optimum, prediction, over }]);
  return `${JSON.stringify(Object.fromEntries(rows), null, 2)}\n`;
}

/** docs/reference/task-json.md */
export function manifestPage(): string {
  return page(
    'task.json',
    'The manifest at the root of every package. `[]` stands for each element, `*` for each key, `?` for a field that may be absent.',
    table(
      ['field', 'holds', 'meaning'],
      fieldsOf(TaskManifest).map(({ path, holds, meaning }) => [`\`${path}\``, holds, meaning]),
    ),
  );
}

/** docs/reference/reason-codes.md */
export function reasonCodesPage(): string {
  return page(
    'Reason codes',
    'Why a dataset was refused or a task abandoned, and what can be done. Every refusal and every abandoned task has one.',
    table(
      ['code', 'meaning'],
      Object.entries(REASON_CODES).map(([code, text]) => [`\`${code}\``, text]),
    ),
  );
}

/** docs/reference/exit-codes.md */
export function exitCodesPage(codes: readonly ExitCode[]): string {
  return page(
    'Exit codes',
    'What `./mle-smith` exits with.',
    table(
      ['code', 'meaning'],
      codes.map(({ code, meaning }) => [String(code), meaning]),
    ),
  );
}

/** docs/reference/assertions.md */
export function assertionsPage(): string {
  const rows = [
    ...RULES.map(({ id, title, level, phase, owner }) => ({ id, title, level, phase: phase as string, owner: owner as string })),
    ...EXECUTE_RULES.map(({ id, title, level }) => ({ id, title, level, phase: 'execute', owner: 'none' })),
  ];
  const sections = Object.entries(FAMILIES).map(([family, title]) => {
    const members = rows.filter(({ id }) => id.startsWith(family)).sort((one, other) => (one.id < other.id ? -1 : one.id > other.id ? 1 : 0));
    return `## ${title}\n\n${table(
      ['rule', 'level', 'phase', 'what must hold', 'mended by'],
      members.map(({ id, title: rule, level, phase, owner }) => [id, level, phase, rule, owner === 'none' ? '–' : owner]),
    )}`;
  });
  return page(
    'Assertions',
    'Level B blocks, level W warns and goes on to review with its numbers. Phase `design` is judged before the package is put together, `package` on the whole package, `execute` when solutions have run. `verification/assert.json` and `verification/execute.json` list each rule with its measurement. A finding goes back to whoever can mend it; where nobody may, the task ends.',
    ...sections,
  );
}
