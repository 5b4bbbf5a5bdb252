import type { KubeCall } from '../../testbed/servers/kube/api.ts';
import type { KubeObject } from '../render.ts';
import type { ApiPaths } from './api-paths.ts';

/** What a release that was removed still has in the cluster, of any kind, with what Helm keeps about it: lines of path and name. `namespaces` are those of the release and its zones. */
export async function leftBehind(call: KubeCall, paths: ApiPaths, release: string, namespaces: readonly [string, ...string[]]): Promise<readonly string[]> {
  const selector = `labelSelector=${encodeURIComponent(`app.kubernetes.io/part-of=mle-smith,app.kubernetes.io/instance=${release}`)}`;
  const found = await Promise.all(
    paths.lists().map(async (path) => {
      const { body } = await call('GET', `${path}?${selector}`);
      return ((body as { items?: readonly KubeObject[] }).items ?? [])
        .filter(({ metadata }) => namespaces.some((name) => JSON.stringify([metadata.name, metadata.namespace]).includes(name)))
        .map(({ metadata }) => `${path} ${metadata.name}`);
    }),
  );
  const kept = (await call('GET', `/api/v1/namespaces/${namespaces[0]}/secrets?labelSelector=owner%3Dhelm`)).body as { items: readonly KubeObject[] };
  return [...found.flat(), ...kept.items.map(({ metadata }) => metadata.name)];
}
