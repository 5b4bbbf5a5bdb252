import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PIPELINE } from '@mle-smith/contracts';

const ROOT = join(import.meta.dirname, '../..');
const APPS = [...new Set(PIPELINE.map((row) => row.app))];
const read = (path: string): Promise<string> => readFile(join(ROOT, path), 'utf8');

/** What no program can read from the table, because it is written down elsewhere by hand. */
describe.each(APPS)('the station %s', (app) => {
  it('is a service of the compose file, and one that its Prometheus asks', async () => {
    const compose = await read('deploy/compose.yaml');

    expect(compose).toContain(`\n  ${app}:\n    <<: *service\n    command: [apps/${app}/src/main.ts]\n`);
    expect(/targets: \[(.*)\]/.exec(compose)?.[1]?.split(', ')).toContain(`${app}:9464`);
  });

  it('is named to those who run services', async () => {
    const starting = /\n## On servers of yours[^]*?\n## /.exec(await read('docs/operations/services.md'))?.[0] ?? '';

    expect(starting).toMatch(new RegExp(`\\b${app}\\b`));
  });

  it('has the anatomy of a station', async () => {
    const [files, sources, project] = await Promise.all([
      readdir(join(ROOT, 'apps', app)),
      readdir(join(ROOT, 'apps', app, 'src')),
      read(`apps/${app}/project.json`),
    ]);

    expect(files).toEqual(expect.arrayContaining(['README.md', 'package.json', 'project.json']));
    expect(sources).toEqual(expect.arrayContaining(['config.ts', 'index.ts', 'main.ts', 'stage']));
    expect(JSON.parse(project)).toMatchObject({ name: app, tags: ['type:station'] });
  });
});

describe('the compose file', () => {
  it('names the version of every image', async () => {
    const images = [...(await read('deploy/compose.yaml')).matchAll(/^ +image: (\S+)$/gm)].map(([, image]) => image ?? '');

    expect(images.length).toBeGreaterThan(5);
    expect(images.filter((image) => !/:(?:v?\d+(?:\.\d+)*|dev)$/.test(image))).toEqual([]);
  });
});
