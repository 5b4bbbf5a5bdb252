import { podsOf } from './pods.ts';
import type { KubeObject, Release } from './render.ts';

/** What a release has, and where. */
export interface Rendered {
  readonly namespace: NonNullable<Release['namespace']>;
  readonly objects: readonly KubeObject[];
}

/** What can be asked for, as kubectl abbreviates it → its kind. */
const KINDS: Readonly<Record<string, string>> = { deploy: 'Deployment', svc: 'Service', job: 'Job', jobs: 'Job', pods: 'Pod' };
/** Verbs that pages tell people to type, and the options that go with each beside `-n`; those that end in `=` take a value. */
const VERBS: Readonly<Record<string, readonly string[]>> = {
  get: ['-l', '-o'],
  logs: ['--previous', '--tail='],
  'port-forward': [],
  exec: [],
  'auth can-i': ['--as='],
  'rollout restart': ['-l'],
};
/** Verbs of two words, by the first. */
const TWO_WORDS: ReadonlySet<string> = new Set(Object.keys(VERBS).flatMap((verb) => (verb.includes(' ') ? verb.split(' ', 1) : [])));
/** Verbs that may be about all of a kind. */
const OF_ALL: readonly string[] = ['get', 'rollout restart'];
/** Options whose value is the next word. */
const WITH_NEXT: readonly string[] = ['-n', '-l', '-o'];

/** What is wrong with a command of kubectl for whoever has installed this: what kubectl does not take, and names that nothing has. Empty where it can be typed as it is. */
export function kubectlFaults(command: string, rendered: Rendered): readonly string[] {
  const [typed = '', inPod] = command.split(' -- ');
  const { words, options } = parsed(typed.split(' '));
  const [verb = '', ...targets] = TWO_WORDS.has(words[1] ?? '') ? [words.slice(1, 3).join(' '), ...words.slice(3)] : words.slice(1);
  const known = VERBS[verb];
  if (words[0] !== 'kubectl' || known === undefined) return [`${verb} is no verb that pages know`];
  const namespace = options.get('-n');
  if (namespace === undefined) return ['no namespace is said'];
  return [
    ...[...options.keys()].filter((name) => name !== '-n' && !known.includes(name)).map((name) => `${name} is no option of ${verb}`),
    ...(namespacesOf(rendered).includes(namespace) ? [] : [`there is no namespace ${namespace}`]),
    ...(verb === 'auth can-i' ? rightFaults(targets, options.get('--as=') ?? '', namespace, rendered) : targetFaults(verb, targets, namespace, rendered)),
    ...selectorFaults(options.get('-l'), rendered),
    ...((verb === 'exec') === (inPod !== undefined) ? [] : ['only exec has a command behind --, and has to']),
  ];
}

function parsed(words: readonly string[]): { readonly words: readonly string[]; readonly options: ReadonlyMap<string, string> } {
  const [plain, options]: [string[], Map<string, string>] = [[], new Map()];
  for (let place = 0; place < words.length; place += 1) {
    const word = words[place] ?? '';
    const [, name = '', value = ''] = /^(--[a-z-]+=?)(.*)$/.exec(word) ?? [];
    if (WITH_NEXT.includes(word)) options.set(word, words[(place += 1)] ?? '');
    else if (word.startsWith('-')) options.set(name === '' ? word : name, value);
    else plain.push(word);
  }
  return { words: plain, options };
}

function namespacesOf({ namespace, objects }: Rendered): readonly string[] {
  return [namespace, ...objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name)];
}

/** What is wrong with what a verb is about: `deploy/NAME`, a kind, and the port of a Service. */
function targetFaults(verb: string, [target = '', ...rest]: readonly string[], namespace: string, { namespace: own, objects }: Rendered): readonly string[] {
  const [kind = '', name] = target.split('/');
  if (KINDS[kind] === undefined) return [`${target} is of no kind that pages know`];
  if (OF_ALL.includes(verb) && name === undefined) return rest.map((word) => `${word} is too much`);
  const object = objects.find(({ kind: found, metadata }) => found === KINDS[kind] && metadata.name === name && (metadata.namespace ?? own) === namespace);
  if (object === undefined) return [`there is no ${kind}/${name ?? ''} in ${namespace}`];
  const ports = ((object['spec'] as { ports?: readonly { port: number }[] }).ports ?? []).map(({ port }) => String(port));
  return rest.filter((word) => !(verb === 'port-forward' && ports.includes(word))).map((word) => `${target} has no ${word}`);
}

/** Whether an account that is asked for may do this by a Role of the release: the answer that the page leads to expect. */
function rightFaults([verb = '', resource = '']: readonly string[], account: string, namespace: string, { objects }: Rendered): readonly string[] {
  const [, owner = '', name = ''] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(account) ?? [];
  const isBound = objects.some(
    ({ kind, metadata, ...binding }) =>
      kind === 'RoleBinding' &&
      metadata.namespace === namespace &&
      (binding['subjects'] as readonly { name: string; namespace: string }[]).some((subject) => subject.name === name && subject.namespace === owner),
  );
  if (!isBound) return [`${account} has no rights in ${namespace}`];
  const rules = objects
    .filter(({ kind, metadata }) => kind === 'Role' && metadata.namespace === namespace)
    .flatMap((role) => role['rules'] as readonly { resources: readonly string[]; verbs: readonly string[] }[]);
  return rules.some(({ resources, verbs }) => resources.includes(resource) && verbs.includes(verb)) ? [] : [`${account} may not ${verb} ${resource}`];
}

function selectorFaults(selector: string | undefined, { objects }: Rendered): readonly string[] {
  if (selector === undefined) return [];
  const [label = '', value] = selector.split('=');
  const labels = podsOf(objects).map(({ owner }) => (owner['spec'] as { template?: KubeObject }).template?.metadata.labels ?? owner.metadata.labels ?? {});
  return labels.some((each) => each[label] === value) ? [] : [`no pod has the label ${selector}`];
}
