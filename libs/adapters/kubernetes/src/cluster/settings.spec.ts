import { PodSettings, type PodSettingsInput } from './settings.ts';
import { exampleSettings, IMAGE } from '../testing/example-settings.ts';

const complaintsOf = (changes: object): string => {
  const parsed = PodSettings.safeParse({ ...exampleSettings(), ...changes });
  return parsed.success ? '' : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
};
const withProfile = (changes: object): Partial<PodSettingsInput> => ({ profiles: { row: { image: IMAGE, cpu: '1', ...changes } } });

describe('settings of pods', () => {
  it('are taken as the example writes them', () => {
    expect(complaintsOf({})).toBe('');
  });

  it.each<[string, object, RegExp]>([
    ['an image by tag', { images: ['python:3.11'], ...withProfile({ image: 'python:3.11' }) }, /images\.0: an image by digest/],
    ['an image that is not in the list', withProfile({ image: IMAGE.replace('runtime', 'other') }), /profiles\.row\.image: is not in images/],
    ['one namespace for candidates and answers', { namespaces: { solve: 'jobs', grade: 'jobs' } }, /a namespace each/],
    ['no profile', { profiles: {} }, /at least one profile/],
    ['a profile of a strange name', { profiles: { 'CPU small': { image: IMAGE, cpu: '1' } } }, /profiles/],
    ['processors in words', withProfile({ cpu: 'two' }), /profiles\.row\.cpu: processors as/],
    ['no processors', withProfile({ cpu: '0m' }), /profiles\.row\.cpu/],
    ['half a GPU', withProfile({ accelerator: { resource: 'nvidia.com/gpu', count: 0.5 } }), /accelerator\.count/],
    ['a GPU without a vendor', withProfile({ accelerator: { resource: 'gpu', count: 1 } }), /accelerator\.resource: an extended resource/],
    ['a selector with a space', withProfile({ nodeSelector: { 'node pool': 'gpu' } }), /nodeSelector/],
    ['a selector with a value of YAML', withProfile({ nodeSelector: { pool: '{a: b}' } }), /nodeSelector\.pool/],
    ['a toleration of all taints', withProfile({ tolerations: [{ operator: 'Exists' }] }), /tolerations\.0\.key/],
    ['a toleration with an unknown effect', withProfile({ tolerations: [{ key: 'gpu', operator: 'Exists', effect: 'Always' }] }), /effect/],
    ['a key that nobody knows', withProfile({ hostPath: '/' }), /hostPath/],
    ['the group of root', { gid: 0 }, /gid/],
    ['the user root', { users: { first: 0, count: 1 } }, /users\.first/],
    ['more users than there are numbers', { users: { first: 2_000_000_000, count: 1_000_000_000 } }, /users: numbers of users end/],
    ['a port of the system', { port: 80 }, /port/],
    ['a long farewell', { terminationSeconds: 60 }, /terminationSeconds/],
    ['an installation that is no label', { instance: 'Prod!' }, /instance/],
  ])('are refused with %s', (_, changes, complaint) => {
    expect(complaintsOf(changes)).toMatch(complaint);
  });
});
