import { LocalBudgetBook } from '@mle-smith/agent';
import { InMemoryCallStore } from '@mle-smith/agent/testing';
import { Log, ServiceMetrics } from '@mle-smith/telemetry';
import { startFakeOpenAi, type FakeOpenAi, type FakeOpenAiOptions, type Step } from '@mle-smith/tools/fake-openai';
import { readConfig } from '../../config.ts';
import { STATION_SERVICE_SETTINGS, type StationServiceConfig } from '../../settings.ts';
import { modelsOptions } from '../open-models.ts';

const SERVERS = { MONGODB_URI: 'mongodb://localhost/x', KAFKA_BROKERS: 'localhost:1', S3_BUCKET: 'x', MLE_SMITH_ENGINE: 'llm', MLE_SMITH_MODEL: 'scripted' };

/** The settings of a station that thinks by models. */
export function settings(own: Readonly<Record<string, string>>): StationServiceConfig {
  return readConfig(STATION_SERVICE_SETTINGS, { ...SERVERS, ...own });
}

/** An endpoint that passes the probe and says to the rest what `answer` gives. */
export function endpoint(answer: (content: string) => Step, more: Omit<FakeOpenAiOptions, 'script'> = {}): Promise<FakeOpenAi> {
  return startFakeOpenAi({
    ...more,
    script: ({ tools, messages, format }) => {
      if (tools.length > 0) return { toolCalls: [{ name: 'note_colour', arguments: { colour: 'red' } }] };
      return format === 'text' ? answer(JSON.stringify(messages)) : { json: { colour: 'red', reason: null } };
    },
  });
}

/** How models of these settings are reached; calls are kept in memory. */
export function optionsFor(config: StationServiceConfig): ReturnType<typeof modelsOptions> {
  return modelsOptions({ config, stages: ['design'], calls: new InMemoryCallStore(), book: new LocalBudgetBook(), metrics: new ServiceMetrics() });
}

/** A log whose lines are kept. */
export class KeptLog {
  readonly lines: { readonly code: string; readonly data?: Readonly<Record<string, unknown>> }[] = [];
  readonly log = Log.open({ service: 'test', version: '0', to: { write: (line: string) => void this.lines.push(JSON.parse(line) as never) } });

  codes(): string[] {
    return this.lines.map(({ code }) => code);
  }
}
