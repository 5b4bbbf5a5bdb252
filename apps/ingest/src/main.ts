import { join } from 'node:path';
import { serveStation } from '@mle-smith/service';
import { IngestConfig } from './config.ts';
import { createIngestStage } from './stage/ingest.ts';
import { locatedFolders } from './stage/located-folder.ts';
import { acceptDatasets } from './stage/accept-dataset.ts';

await serveStation('ingest', async ({ jobs, config, store, artifacts, bus, sourceAt }) => {
  const limits = IngestConfig.parse({});
  acceptDatasets({ bus, store, artifacts });
  return {
    ingest: createIngestStage({
      jobs,
      config: limits,
      open: locatedFolders({
        directory: join(config.workDirectory, 'ingest', 'datasets'),
        sourceAt: (bucket, prefix) => (config.sourceBuckets.includes(bucket) ? sourceAt(bucket, prefix, limits) : undefined),
      }),
    }),
  };
});
