import { apiKeyLine, hashOfApiKey, newApiKey, parseApiKeys } from './api-keys.ts';

describe('keys of the gateway', () => {
  it('are long, random and told from other text', () => {
    const keys = Array.from({ length: 100 }, newApiKey);

    expect(new Set(keys).size).toBe(100);
    expect(keys.every((key) => /^mlesmith_[\w-]{43}$/.test(key))).toBe(true);
  });

  it('come back from the lines that keep their hashes', () => {
    const key = { name: 'alice', role: 'submitter', hash: hashOfApiKey('a key') } as const;

    const parsed = parseApiKeys(`# keys\n\n${apiKeyLine(key)}  # of Alice\n`);

    expect(parsed).toEqual({ keys: [key], faults: [] });
  });

  it('are told by line where they are wrong, and never repeated', () => {
    const hash = hashOfApiKey('one');
    const secret = newApiKey();

    const { keys, faults } = parseApiKeys(
      [`a viewer ${hash}`, `b viewer ${hash}`, `a admin ${hashOfApiKey('two')}`, `c owner ${hash}`, `d viewer ${secret}`].join('\n'),
    );

    expect(keys.map(({ name }) => name)).toEqual(['a']);
    expect(faults.map((fault) => fault.slice(0, 6))).toEqual(['line 2', 'line 3', 'line 4', 'line 5']);
    expect(faults.join()).not.toContain(secret);
  });
});
