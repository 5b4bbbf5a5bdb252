import fc from 'fast-check';
import { DNS_LABEL, jobName, LABEL_VALUE, labelValue } from './names.ts';

describe('names in a cluster', () => {
  it('can be read, and are the same for the same key', () => {
    const name = jobName('prod', 'trial:Penguins--sex:g2:a1');

    expect(name).toMatch(/^mls-trial-penguins-sex-g2-a1-[0-9a-f]{16}$/);
    expect(jobName('prod', 'trial:Penguins--sex:g2:a1')).toBe(name);
  });

  it('are names that Kubernetes takes for any key', () => {
    fc.assert(fc.property(fc.string({ maxLength: 200, unit: 'binary' }), (key) => expect(jobName('prod', key)).toMatch(DNS_LABEL)));
  });

  it('differ where only what a name cannot hold differs, and from one installation to the next', () => {
    expect(new Set([jobName('a', 'x/y'), jobName('a', 'x:y'), jobName('a', 'X-Y'), jobName('b', 'x/y'), jobName('a', '')]).size).toBe(5);
  });

  it('keep a label that is legal, and make any other text one', () => {
    fc.assert(fc.property(fc.string({ maxLength: 200, unit: 'binary' }), (text) => text === '' || LABEL_VALUE.test(labelValue(text))));
    expect([labelValue('penguins--sex'), labelValue('')]).toEqual(['penguins--sex', '']);
    expect(labelValue('a b')).not.toBe(labelValue('a/b'));
  });
});
