import { checkModelOptions } from './models.ts';

describe('the options of models', () => {
  it.each([
    [{ engine: 'llm' }, '--engine llm needs --base-url and --model, or --replay'],
    [{ engine: 'llm', baseUrl: 'https://models.example/v1' }, '--engine llm needs --base-url and --model, or --replay'],
    [{ engine: 'llm', replay: 'record', model: { main: 'large', agents: {} } }, '--replay asks nobody: leave out --record, --base-url and --model'],
    [
      { engine: 'llm', baseUrl: 'https://models.example/v1', model: { agents: { solver: 'small' } } },
      '--model names a model for solver alone; name that of the others too: --model NAME',
    ],
    [{ engine: 'rules', baseUrl: 'https://models.example/v1' }, '--base-url needs --engine llm'],
    [{ engine: 'rules', fallback: 'rules' }, '--fallback needs --engine llm'],
    [{ engine: 'rules', budget: { deployment: { cost: 1 } } }, '--budget needs --engine llm'],
  ] as const)('are refused in one sentence where they say nothing that can be done: %j', (options, message) => {
    expect(() => checkModelOptions(options)).toThrow(expect.objectContaining({ message, exitCode: 2 }) as Error);
  });

  it.each([
    { engine: 'rules' },
    { engine: 'llm', replay: 'record' },
    { engine: 'llm', baseUrl: 'https://models.example/v1', model: { main: 'large', agents: {} }, record: 'record', fallback: 'rules' },
  ] as const)('are taken otherwise: %j', (options) => {
    expect(() => checkModelOptions(options)).not.toThrow();
  });
});
