import fc from 'fast-check';
import { DNS_LABEL, jobName, LABEL_VALUE, labelValue } from './names.ts';

describe('names in a cluster', () => {
  it('can be read, and are the same for the same key', () => {
    const name = jobName({ instance: 'prod' }, 'trial:Penguins--sex:g2:a1');

    expect(name).toMatch(/^mls-trial-penguins-sex-g2-a1-[0-9a-f]{16}$/);
    expect(jobName({ instance: 'prod' }, 'trial:Penguins--sex:g2:a1')).toBe(name);
  });

  it('are names that Kubernetes takes for any key', () => {
    fc.assert(fc.property(fc.string({ maxLength: 200, unit: 'binary' }), (key) => expect(jobName({ instance: 'prod' }, key)).toMatch(DNS_LABEL)));
  });

  it('differ where only what a name cannot hold differs, and from one installation to the next, of the same name or another', () => {
    const [one, other, namesake] = [{ instance: 'a' }, { instance: 'b' }, { instance: 'a', owner: 'o' }];

    const names = [jobName(one, 'x/y'), jobName(one, 'x:y'), jobName(one, 'X-Y'), jobName(one, ''), jobName(other, 'x/y'), jobName(namesake, 'x/y')];

    expect(new Set(names).size).toBe(names.length);
  });

  it('keep a label that is legal, and make any other text one', () => {
    fc.assert(fc.property(fc.string({ maxLength: 200, unit: 'binary' }), (text) => text === '' || LABEL_VALUE.test(labelValue(text))));
    expect([labelValue('penguins--sex'), labelValue('')]).toEqual(['penguins--sex', '']);
    expect(labelValue('a b')).not.toBe(labelValue('a/b'));
  });
});
