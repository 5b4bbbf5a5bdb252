import type { ServiceProcess } from './service-process.ts';

const PATHS = ['/livez', '/startupz', '/readyz'];

/** What a service that listens tells about its health: status and body of each answer, by path. */
export async function healthOf(service: Pick<ServiceProcess, 'said'>): Promise<Readonly<Record<string, readonly [number, unknown]>>> {
  const { data } = await service.said('service.starting');
  const asked = PATHS.map(async (path) => {
    const answer = await fetch(`${String(data?.['url'])}${path}`);
    return [path, [answer.status, await answer.json()]] as const;
  });
  return Object.fromEntries(await Promise.all(asked));
}
