import { configurationPage } from './configuration-page.ts';

describe('the page of settings', () => {
  const rows = configurationPage()
    .split('\n')
    .filter((line) => /^\| *`/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()));

  it('lists each variable once', () => {
    const variables = rows.map(([, variable]) => variable);

    expect(variables.filter((variable, place) => variables.indexOf(variable) !== place)).toEqual([]);
  });

  it('tells defaults as they are written in the environment', () => {
    expect(rows.find(([, variable]) => variable === '`MLE_SMITH_POD_PROFILES`')?.[2]).toBe('`measure=cpu,solve=cpu,grade=cpu`');
    expect(rows.filter(([, , initial]) => initial?.includes('[object'))).toEqual([]);
  });
});
