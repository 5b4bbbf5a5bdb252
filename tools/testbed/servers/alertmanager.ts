import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exists } from '../processes.ts';
import type { RunningServer, ServerRecipe } from '../server-recipe.ts';
import { checkPrograms, isReady, startPackaged } from './packaged-server.ts';

/** Alertmanager of Debian. It tells nobody until its configuration (`details.config`) says whom, which it reads again after `POST /-/reload`. */
export const alertmanager: ServerRecipe = {
  name: 'alertmanager',
  software: 'Alertmanager of Debian',
  variable: 'ALERTMANAGER_URL',
  detailsFrom: (environment) => ({ config: environment['ALERTMANAGER_CONFIG'] ?? '' }),
  install: () => checkPrograms({ 'prometheus-alertmanager': 'prometheus-alertmanager', amtool: 'prometheus-alertmanager' }),
  start,
  healthy: ({ address }) => isReady(address),
};

async function start(_home: string, run: string): Promise<RunningServer> {
  const config = join(run, 'alertmanager.json');
  if (!(await exists(config))) await writeFile(config, JSON.stringify({ route: { receiver: 'nobody' }, receivers: [{ name: 'nobody' }] }));
  // It is alone: no port for others of its kind.
  const flags = [`--config.file=${config}`, `--storage.path=${join(run, 'data')}`, '--cluster.listen-address=', '--log.level=warn'];
  return startPackaged(run, { name: 'alertmanager', program: 'prometheus-alertmanager', flags, details: { config } });
}
