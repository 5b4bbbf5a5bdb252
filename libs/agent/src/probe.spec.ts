import { probe } from './probe.ts';
import { ScriptedModel, callOf, failing } from './testing/index.ts';

const SIGNAL = new AbortController().signal;
const GOOD = '{"colour":"red","reason":null}';

describe('the probe of an endpoint', () => {
  it.each([
    ['keeps to all', [GOOD, GOOD, callOf('note_colour', { colour: 'red' })], { tools: true, formats: ['schema', 'json', 'words'] }],
    ['takes no schema', [failing('config'), GOOD, callOf('note_colour', { colour: 'red' })], { tools: true, formats: ['json', 'words'] }],
    ['takes formats and ignores them', ['Red.', 'Red!', callOf('note_colour', { colour: 'red' })], { tools: true, formats: ['words'] }],
    ['has no tools', [GOOD, GOOD, 'Noted: red.'], { tools: false, formats: ['schema', 'json', 'words'] }],
  ])('that %s says so', async (_, steps, capabilities) => {
    expect(await probe(new ScriptedModel(steps), SIGNAL)).toEqual(capabilities);
  });

  it('does not take an endpoint that refuses every call for one that answers', async () => {
    const refused = failing('config');

    await expect(probe(new ScriptedModel([refused, refused, refused]), SIGNAL)).rejects.toMatchObject({ code: 'config' });
  });

  it('throws what is wrong with the endpoint itself', async () => {
    await expect(probe(new ScriptedModel([failing('auth')]), SIGNAL)).rejects.toMatchObject({ code: 'auth' });
  });
});
