import { podsOf } from './pods.ts';
import type { KubeObject } from './render.ts';

/** The namespaces of the zones. */
export interface Zones {
  readonly control: string;
  readonly solve: string;
  readonly grade: string;
}

/** What crosses the border between zones: anything of solve that names grade, and any secret within reach of either (platform SE-1). */
export function zoneFaults(objects: readonly KubeObject[], zones: Zones): readonly string[] {
  return objects.flatMap((object) => {
    const zone = zoneOf(object, zones);
    if (zone === 'control') return rightsFaults(object, zones);
    const name = `${zone} ${object.kind}/${object.metadata.name}`;
    const other = zone === 'solve' ? zones.grade : zones.solve;
    return [
      ...(texts(object).some((text) => text === other || text.includes(`${other}.`) || text.includes(`/${other}`)) ? [`${name} names ${other}`] : []),
      ...(object.kind === 'Secret' ? [`${name} is a secret`] : []),
      ...secretFaults(object).map((fault) => `${name} ${fault}`),
      ...(podsOf([object]).length > 0 ? [`${name} makes pods: stations alone do`] : []),
      ...rightsFaults(object, zones),
    ];
  });
}

function zoneOf({ kind, metadata }: KubeObject, zones: Zones): keyof Zones {
  const place = kind === 'Namespace' ? metadata.name : metadata.namespace;
  return place === zones.solve ? 'solve' : place === zones.grade ? 'grade' : 'control';
}

function secretFaults(object: KubeObject): readonly string[] {
  const keys = keysOf(object);
  return ['secretKeyRef', 'secretRef', 'secretName', 'imagePullSecrets', 'secrets'].filter((key) => keys.has(key)).map((key) => `has ${key}`);
}

/** Rights of more than a zone, and rights to read or change what nobody should. */
function rightsFaults(object: KubeObject, zones: Zones): readonly string[] {
  const { kind, metadata } = object;
  if (kind === 'ClusterRole' || kind === 'ClusterRoleBinding') return [`${kind}/${metadata.name} gives rights in all namespaces`];
  if (kind !== 'Role') return [];
  const rules = object['rules'] as readonly { apiGroups: readonly string[]; resources: readonly string[]; verbs: readonly string[] }[];
  const beyond = rules.flatMap(({ resources, verbs }) =>
    resources.flatMap((resource) => verbs.filter((verb) => !(ALLOWED[resource] ?? []).includes(verb)).map((verb) => `${verb} ${resource}`)),
  );
  return [
    ...(metadata.namespace === zones.solve || metadata.namespace === zones.grade
      ? []
      : [`Role/${metadata.name} gives rights in ${metadata.namespace ?? zones.control}`]),
    ...beyond.map((right) => `Role/${metadata.name} gives the right to ${right}`),
  ];
}

/** All that a station may do in a zone (platform SE-9). */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  jobs: ['create', 'get', 'list', 'watch', 'delete'],
  pods: ['get', 'list', 'watch'],
  'pods/log': ['get'],
  events: ['get', 'list', 'watch'],
};

function texts(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : [];
}

function keysOf(value: unknown): ReadonlySet<string> {
  if (typeof value !== 'object' || value === null) return new Set();
  return new Set(Object.entries(value).flatMap(([key, inner]) => [...(Array.isArray(value) ? [] : [key]), ...keysOf(inner)]));
}
