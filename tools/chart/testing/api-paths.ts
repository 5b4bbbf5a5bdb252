import type { KubeCall } from '../../testbed/servers/kube/api.ts';
import type { KubeObject } from '../render.ts';

interface Resource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

/** What an API server has, by group and version. */
export class ApiPaths {
  readonly #groups: ReadonlyMap<string, readonly Resource[]>;

  private constructor(groups: ReadonlyMap<string, readonly Resource[]>) {
    this.#groups = groups;
  }

  /** Asks for everything that there is. */
  static async discover(call: KubeCall): Promise<ApiPaths> {
    const { body } = await call('GET', '/apis');
    const { groups } = body as { groups: readonly { preferredVersion: { groupVersion: string } }[] };
    const versions = ['v1', ...groups.map(({ preferredVersion }) => preferredVersion.groupVersion)];
    const lists = await Promise.all(
      versions.map(async (version) => [version, ((await call('GET', baseOf(version))).body as { resources: readonly Resource[] }).resources] as const),
    );
    return new ApiPaths(new Map(lists));
  }

  /** Where an object is. Throws where the server does not know its kind. */
  of({ apiVersion, kind, metadata }: KubeObject, namespace: string): string {
    const resource = this.#groups.get(apiVersion)?.find((each) => each.kind === kind && !each.name.includes('/'));
    if (resource === undefined) throw new Error(`the API server has no such kind [apiVersion=${apiVersion}, kind=${kind}]`);
    const place = resource.namespaced ? `/namespaces/${metadata.namespace ?? namespace}` : '';
    return `${baseOf(apiVersion)}${place}/${resource.name}/${metadata.name}`;
  }

  /** Lists of everything that can be listed, in all namespaces. */
  lists(): readonly string[] {
    return [...this.#groups].flatMap(([version, resources]) =>
      resources.filter(({ name, verbs }) => verbs.includes('list') && !name.includes('/')).map(({ name }) => `${baseOf(version)}/${name}`),
    );
  }
}

function baseOf(version: string): string {
  return version === 'v1' ? '/api/v1' : `/apis/${version}`;
}
