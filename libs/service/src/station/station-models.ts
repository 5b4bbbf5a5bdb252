import { agentsOf, askEndpoint, withFallback, type ModelSource, type ModelsOptions } from '@mle-smith/agent';
import type { StageName } from '@mle-smith/contracts';
import type { StageHandler } from '@mle-smith/stage-runtime';
import type { Log } from '@mle-smith/telemetry';
import { ConfigurationError } from '../config.ts';
import { StoppedWaitingError, untilReached } from '../process/until-reached.ts';
import { EndpointWatch, type EndpointWatchOptions } from './endpoint-watch.ts';
import { reachModels } from './open-models.ts';

/** Stages by name. */
export type Handlers = Readonly<Partial<Record<StageName, StageHandler>>>;

export interface ThinkingOptions {
  readonly models: ModelsOptions;
  /** Makes the stages by models, or by rules. */
  readonly compose: (models: ModelSource | undefined) => Promise<Handlers>;
  readonly log: Log;
  readonly stopping: AbortSignal;
}

/** An endpoint is paid for, and may count what it refuses. */
const LONGEST_PAUSE_MS = 60_000;

/** The stages by models, which wait for their endpoint: at the start, and whenever it wants somebody later. */
export async function byModels(
  { models, compose, log, stopping }: ThinkingOptions,
  pace: Pick<EndpointWatchOptions, 'pauseMs'> = {},
): Promise<{ handlers: Handlers; watch: EndpointWatch }> {
  const source = await untilReached('models', () => reachModels(models, stopping), log, stopping, LONGEST_PAUSE_MS);
  const watch = new EndpointWatch({ ask: (signal) => askEndpoint(models, signal), log, stopping, ...pace });
  return { handlers: each(await compose(source), (handler) => watch.guarded(handler)), watch };
}

const NOT_REACHED = 'the endpoint of the models is not reached yet';

export interface FallbackOptions {
  /** Told of each attempt in which rules decide in place of a model. */
  readonly told: (stage: StageName, subject: string, reason: string) => void;
  /** Told what is wrong with the stages themselves. */
  readonly fail: (error: Error) => void;
}

/** The stages by models once these are reached, and by rules until then and where models are of no use. */
export async function byModelsOrRules({ models, compose, log, stopping }: ThinkingOptions, { told, fail }: FallbackOptions): Promise<Handlers> {
  const byRules = await compose(undefined);
  let now = each(byRules, (handler, stage) =>
    agentsOf([stage]).length === 0
      ? handler
      : (item, context) => {
          told(stage, item.id, NOT_REACHED);
          return handler(item, context);
        },
  );
  const reach = (): Promise<ModelSource> => reachModels(models, stopping).catch((error: unknown) => Promise.reject(asUnreachable(error)));
  const reached = untilReached('models', reach, log, stopping, LONGEST_PAUSE_MS).then(async (source) => {
    const thinking = await compose(source);
    now = each(byRules, (handler, stage) => withFallback(thinking[stage] ?? handler, handler, (id, reason) => told(stage, id, reason)));
  });
  reached.catch((error: unknown) => (error instanceof StoppedWaitingError ? undefined : fail(error as Error)));
  return each(byRules, (handler, stage) => (item, context) => (now[stage] ?? handler)(item, context));
}

/** With rules to stand in, somebody may see to the endpoint while work goes on. */
function asUnreachable(error: unknown): unknown {
  return error instanceof ConfigurationError ? Object.assign(new Error(error.faults.join('; ')), { code: 'model_unreachable' }) : error;
}

function each(handlers: Handlers, change: (handler: StageHandler, stage: StageName) => StageHandler): Handlers {
  const changed = Object.entries(handlers).map(([stage, handler]) => [stage, change(handler, stage as StageName)] as const);
  return Object.fromEntries(changed);
}
