import { locationUri, PIPELINE } from '@mle-smith/contracts';
import { ConfigurationError, serveStation, type StationParts } from '@mle-smith/service';
import { IngestConfig } from './config.ts';
import { createIngestStage } from './stage/ingest.ts';
import { locatedFolders } from './stage/located-folder.ts';
import { acceptDatasets } from './stage/accept-dataset.ts';
import { PrefixWatch } from './stage/prefix-watch.ts';
import { PrefixWatcher } from './stage/prefix-watcher.ts';

await serveStation('ingest', async (parts) => {
  const { jobs, config, store, artifacts, bus, folder, sourceAt, onSource } = parts;
  const limits = IngestConfig.parse({});
  const watcher = watcherOf(parts, limits);
  parts.beside((stopping) => watcher.run(stopping));
  acceptDatasets({ bus, store, artifacts, isWatched: (uri) => watcher.tell(uri) });
  return {
    ingest: createIngestStage({
      jobs,
      config: limits,
      open: locatedFolders({
        directory: await folder('datasets'),
        sourceAt: (bucket, prefix) => (config.sourceBuckets.includes(bucket) ? sourceAt(bucket, prefix, limits) : undefined),
        onNotice: onSource,
      }),
    }),
  };
});

/** Watches the prefixes of the settings. Throws `ConfigurationError` where datasets may not be read from one of them. */
function watcherOf({ config, store, artifacts, sourceAt, onSource }: StationParts, limits: IngestConfig): PrefixWatcher {
  const places = config.scanPrefixes;
  const forbidden = places.filter(({ bucket }) => !config.sourceBuckets.includes(bucket));
  if (forbidden.length > 0)
    throw new ConfigurationError(
      forbidden.map((place) => `MLE_SMITH_SCAN_PREFIXES: its bucket is not in MLE_SMITH_SOURCE_BUCKETS [prefix=${locationUri(place)}]`),
    );
  const quiet = { quietMs: config.scanQuietSeconds * 1_000, marker: config.scanMarker, patienceMs: 2_000 * config.scanSeconds };
  return new PrefixWatcher({
    watches: places.map(
      ({ bucket, prefix }) => new PrefixWatch({ bucket, prefix, source: sourceAt(bucket, prefix, limits), store, artifacts, ...quiet, onNotice: onSource }),
    ),
    everyMs: config.scanSeconds * 1_000,
    hasRoom: async () => {
      const depths = await Promise.all(PIPELINE.map((row) => store.depth(row.consumes, config.queueHigh)));
      return Math.max(...depths) < config.queueHigh;
    },
    onFault: (source, error) => onSource({ kind: 'unreachable', source, error }),
  });
}
