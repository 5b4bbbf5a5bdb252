import { RETURNED, type PipelineStage } from '@mle-smith/contracts';

/** The flow as a mermaid picture: stages with what they do, the facts between them, and the ways back. */
export function pipelinePicture(pipeline: readonly PipelineStage[]): string {
  const kinds = [...new Set(pipeline.map((row) => row.subject))];
  return [
    '```mermaid',
    'flowchart TD',
    ...kinds.flatMap((kind) => [
      `  subgraph ${kind}`,
      ...pipeline.filter((row) => row.subject === kind).map((row) => `    ${node(row.stage)}["<b>${row.stage}</b><br/>${row.summary}"]`),
      '  end',
    ]),
    `  folders[/"folders of raw data"/] -->|"${pipeline[0]?.consumes ?? ''}"| ${node(pipeline[0]?.stage ?? '')}`,
    ...pipeline.flatMap((row) => forward(row, pipeline)),
    ...pipeline.flatMap((row) => back(row, pipeline)),
    ...kinds.map((kind) => `  ${kind} -->|"with a reason code"| ${node(endOf(kind))}([${endOf(kind)}])`),
    '```',
  ].join('\n');
}

function forward(row: PipelineStage, pipeline: readonly PipelineStage[]): string[] {
  const next = pipeline.find((other) => other.consumes === row.advances);
  const created = pipeline.find((other) => other.consumes === row.creates);
  return [
    ...(created === undefined ? [] : [`  ${node(row.stage)} -->|"${row.creates ?? ''} × N"| ${node(created.stage)}`]),
    next === undefined
      ? `  ${node(row.stage)} --> ${node(row.advances)}([${row.advances}])`
      : `  ${node(row.stage)} -->|"${row.advances}"| ${node(next.stage)}`,
  ];
}

/** One arrow for each pair of stages; the fact is the same for all. */
function back(row: PipelineStage, pipeline: readonly PipelineStage[]): string[] {
  return pipeline.filter((target) => row.rejectsTo.includes(target.stage)).map((target) => `  ${node(row.stage)} -.->|"${RETURNED}"| ${node(target.stage)}`);
}

function endOf(kind: PipelineStage['subject']): string {
  return kind === 'dataset' ? 'dataset.refused' : 'task.abandoned';
}

/** `end` alone would be read as a keyword, dots and dashes as syntax. */
function node(name: string): string {
  return `n_${name.replace(/[^a-z]/g, '_')}`;
}
