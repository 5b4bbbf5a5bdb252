import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningServer, ServerRecipe } from '../server-recipe.ts';
import { checkPrograms, isReady, startPackaged } from './packaged-server.ts';

/** Prometheus of Debian. Its details are folders: what lies in them decides what it asks, where alerts go, and by which rules. */
export const prometheus: ServerRecipe = {
  name: 'prometheus',
  software: 'Prometheus of Debian',
  variable: 'PROMETHEUS_URL',
  detailsFrom: (environment) => ({ targets: environment['PROMETHEUS_TARGETS'] ?? '' }),
  install: () => checkPrograms({ prometheus: 'prometheus', promtool: 'prometheus' }),
  start,
  healthy: ({ address }) => isReady(address),
};

async function start(_home: string, run: string): Promise<RunningServer> {
  const details = { targets: join(run, 'targets'), alertmanagers: join(run, 'alertmanagers'), rules: join(run, 'rules') };
  for (const folder of Object.values(details)) await mkdir(folder, { recursive: true });
  const config = join(run, 'prometheus.json');
  await writeFile(config, JSON.stringify(configuration(details)));
  const flags = [`--config.file=${config}`, `--storage.tsdb.path=${join(run, 'data')}`, '--web.enable-lifecycle', '--log.level=warn'];
  return startPackaged(run, { name: 'prometheus', program: 'prometheus', flags, details });
}

/** YAML, as all JSON is. Files of targets are read when they change; rules after `POST /-/reload`. */
function configuration({ targets, alertmanagers, rules }: { readonly targets: string; readonly alertmanagers: string; readonly rules: string }): object {
  const found = (folder: string): object => ({ file_sd_configs: [{ files: [join(folder, '*.json')], refresh_interval: '5s' }] });
  return {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: [join(rules, '*.yaml'), join(rules, '*.json')],
    alerting: { alertmanagers: [found(alertmanagers)] },
    scrape_configs: [{ job_name: 'testbed', ...found(targets) }],
  };
}
