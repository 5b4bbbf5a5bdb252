import { readConfig } from './config.ts';

describe('the configuration', () => {
  it('reads further headers of the endpoint, one a line, with what a value holds of colons', () => {
    expect(readConfig({ MLE_SMITH_HEADERS: 'api-key: a:b\n\n  x-team:data \n' }).headers).toEqual({ 'api-key': 'a:b', 'x-team': 'data' });
    expect(readConfig({}).headers).toEqual({});
  });

  it('keeps a line that is no header, so that it is refused and not left out', () => {
    expect(readConfig({ MLE_SMITH_HEADERS: 'secret without a name' }).headers).toEqual({ '': 'secret without a name' });
  });
});
