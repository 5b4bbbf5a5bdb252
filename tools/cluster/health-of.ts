import { waitFor } from '@mle-smith/tools/testbed';
import type { ServiceProcess } from './service-process.ts';

const PATHS = ['/livez', '/startupz', '/readyz'];

/** Status and body of each answer, by path. */
export type Health = Readonly<Record<string, readonly [number, unknown]>>;

/** What a service that listens tells about its health. */
export async function healthOf(service: Pick<ServiceProcess, 'said'>): Promise<Health> {
  const { data } = await service.said('service.starting');
  const asked = PATHS.map(async (path) => {
    const answer = await fetch(`${String(data?.['url'])}${path}`);
    return [path, [answer.status, await answer.json()]] as const;
  });
  return Object.fromEntries(await Promise.all(asked));
}

/** The same as soon as these dependencies are told as `ok`, or after 30 s whatever they are: on a busy machine a check may take longer than its 2 s. */
export async function healthWith(service: Pick<ServiceProcess, 'said'>, dependencies: readonly string[]): Promise<Health> {
  let health = await healthOf(service);
  const told = (name: string): unknown => (health['/readyz']?.[1] as { dependencies: Record<string, unknown> }).dependencies[name];
  await waitFor(
    async () => {
      health = await healthOf(service);
      return dependencies.every((name) => told(name) === 'ok');
    },
    30_000,
    500,
  );
  return health;
}
