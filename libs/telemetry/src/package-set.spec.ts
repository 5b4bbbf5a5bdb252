import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');
/** The instrumentations of one release ask for two versions of what they share; it keeps no state between them. */
const TWICE = ['@opentelemetry/instrumentation'];

describe('the packages of OpenTelemetry', () => {
  it('are pinned, each to one version', async () => {
    const { dependencies } = (await read('package.json')) as { dependencies: Readonly<Record<string, string>> };
    const ours = Object.entries(dependencies).filter(([name]) => name.startsWith('@opentelemetry/'));

    expect(ours.length).toBeGreaterThan(10);
    expect(ours.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  it('are there once, which an update of one of them alone would change: a second API or SDK has never heard of the first', async () => {
    const { packages } = (await read('package-lock.json')) as { packages: Readonly<Record<string, unknown>> };

    expect(copies(Object.keys(packages))).toEqual(TWICE);
    expect(copies([...Object.keys(packages), 'node_modules/x/node_modules/@opentelemetry/api'])).toEqual(['@opentelemetry/api', ...TWICE]);
  });
});

/** Those of our packages that lie in more than one place. */
function copies(places: readonly string[]): string[] {
  const names = places.map((place) => place.split('node_modules/').at(-1) ?? '').filter((name) => name.startsWith('@opentelemetry/'));
  return [...new Set(names.filter((name, place) => names.indexOf(name) !== place))].sort();
}

async function read(file: string): Promise<unknown> {
  return JSON.parse(await readFile(join(ROOT, file), 'utf8')) as unknown;
}
