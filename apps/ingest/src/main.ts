import { locationUri, PIPELINE } from '@mle-smith/contracts';
import { serveStation, type Compose, type StationParts, type StationServiceConfig } from '@mle-smith/service';
import { IngestConfig } from './config.ts';
import { createIngestStage } from './stage/ingest.ts';
import { locatedFolders } from './stage/located-folder.ts';
import { acceptDatasets } from './stage/accept-dataset.ts';
import { PrefixWatch } from './stage/prefix-watch.ts';
import { PrefixWatcher } from './stage/prefix-watcher.ts';

const compose: Compose = async (parts) => {
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
};

await serveStation('ingest', compose, forbiddenPrefixes);

/** Prefixes of the settings from which no datasets may be read. */
function forbiddenPrefixes({ scanPrefixes, sourceBuckets }: StationServiceConfig): readonly string[] {
  const forbidden = scanPrefixes.filter(({ bucket }) => !sourceBuckets.includes(bucket));
  return forbidden.map((place) => `MLE_SMITH_SCAN_PREFIXES: its bucket is not in MLE_SMITH_SOURCE_BUCKETS [prefix=${locationUri(place)}]`);
}

/** Watches the prefixes of the settings. */
function watcherOf({ config, store, artifacts, sourceAt, onSource }: StationParts, limits: IngestConfig): PrefixWatcher {
  const places = config.scanPrefixes;
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
