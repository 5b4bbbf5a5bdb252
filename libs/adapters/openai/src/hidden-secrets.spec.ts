import { hiddenSecrets } from './hidden-secrets.ts';

const TOKEN = 'sk-5f2a91c3d4';
const PAIR = Buffer.from('robot:hunter2-of-9').toString('base64');

describe('secrets of headers', () => {
  test.each([
    [`Bearer ${TOKEN}`, TOKEN],
    [`session=${TOKEN}; theme=dark`, TOKEN],
    [`session=${TOKEN}; theme=dark`, `session=${TOKEN}; theme=dark`],
    [`id:${TOKEN},x`, TOKEN],
    [`Basic ${PAIR}`, PAIR],
    [`Basic ${PAIR}`, 'robot:hunter2-of-9'],
    [`Basic ${PAIR}`, 'hunter2-of-9'],
    ['Bearer YWJj9GVmZzEyMw==', 'YWJj9GVmZzEyMw'],
  ])('%s: %s is hidden in a message and in a reply', (value, part) => {
    const { inMessages, inReplies } = hiddenSecrets([value]);

    expect(inMessages(`no such key: ${part}.`)).not.toContain(part);
    expect(inReplies(`{"key":"${part}"}`)).not.toContain(part);
  });

  test('names, schemes and short words of a value stay', () => {
    expect(hiddenSecrets([`session=${TOKEN}; a=dark`]).inMessages('Bearer of a dark session')).toBe('Bearer of a dark session');
    expect(hiddenSecrets([`Bearer ${TOKEN}`]).inMessages('a Bearer token is wanted')).toBe('a Bearer token is wanted');
  });

  test('a placeholder for a key stays in what a model wrote', () => {
    const { inMessages, inReplies } = hiddenSecrets(['ollama', 'EMPTY']);

    expect(inReplies('value = EMPTY  # as ollama says')).toBe('value = EMPTY  # as ollama says');
    expect(inMessages('the key EMPTY')).toBe('the key [redacted]');
  });
});
