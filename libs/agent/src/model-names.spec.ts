import { addModel, modelsIn, type ModelNames } from './model-names.ts';

const named = (...texts: readonly string[]): ModelNames | undefined =>
  texts.reduce<ModelNames | undefined>((before, text) => addModel(text, before), undefined);

describe('the models of agents by text', () => {
  it.each([
    [['large'], { main: 'large', agents: {} }],
    [['org/large:free', 'Solver=small'], { main: 'org/large:free', agents: { solver: 'small' } }],
    [['judges=small', 'sceptic=other', 'large'], { main: 'large', agents: { careful: 'small', sceptic: 'other', referee: 'small' } }],
  ])('are %j', (texts, expected) => {
    expect(named(...texts)).toEqual(expected);
  });

  it.each(['', 'reviewer=small', 'solver='])('are not %j', (text) => {
    expect(() => addModel(text)).toThrow(
      'A model reads NAME for all agents, or AGENT=NAME for brainstormer, designer, refactor, careful, sceptic, referee, solver, judges.',
    );
  });

  it('are counted once', () => {
    expect(modelsIn(addModel('solver=small', addModel('judges=small', addModel('large'))))).toEqual(['large', 'small']);
  });
});
