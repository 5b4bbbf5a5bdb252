import { PIPELINE, type StageName } from '@mle-smith/contracts';

/** The stages of each station by its app: the chart's stations, in the order of the pipeline. */
export function stagesByStation(): Readonly<Record<string, readonly StageName[]>> {
  const stations: Record<string, StageName[]> = {};
  for (const { app, stage } of PIPELINE) (stations[app] ??= []).push(stage);
  return stations;
}

/** The one service beside the stations. */
export const GATEWAY = 'gateway';

/** files/pipeline.json of the chart, which its templates go through: the stations with their stages. */
export function pipelineOfChart(): string {
  return `${JSON.stringify(stagesByStation(), undefined, 2)}\n`;
}
