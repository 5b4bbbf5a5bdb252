/**
 * A station as it is deployed, but with stubs for stages: they do nothing, or for datasets whose name says so the same work of a processor each time.
 *
 * Usage: node --import @mle-smith/telemetry/start tools/bench/telemetry/stub-station-main.ts APP
 */
import { pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import { PIPELINE, type StageName } from '@mle-smith/contracts';
import { acceptDatasets } from '@mle-smith/ingest';
import { serveStation } from '@mle-smith/service';
import type { StageHandler } from '@mle-smith/stage-runtime';
import { WORKING } from './loads.ts';

/** Some tenth of a second of one processor, away from the event loop as jobs are. */
const ROUNDS = 250_000;
const work = promisify(pbkdf2);
const [app = ''] = process.argv.slice(2);

await serveStation(app, async (parts) => {
  if (app === 'ingest') acceptDatasets(parts);
  return Object.fromEntries(PIPELINE.filter((row) => row.app === app).map(({ stage }) => [stage, stub(stage)]));
});

function stub(stage: StageName): StageHandler {
  return async ({ id, datasetId }) => {
    if (datasetId.startsWith(WORKING)) await work('password', 'salt', ROUNDS, 64, 'sha512');
    return { kind: 'advanced', documents: {}, ...(stage === 'brainstorm' ? { children: [{ id: `${id}-task`, documents: {} }] } : {}) };
  };
}
