import { BaseUrlError, checkedBaseUrl } from './base-url.ts';

describe('a base URL', () => {
  test.each([
    ['https://models.example.com/v1/', 'https://models.example.com/v1'],
    ['https://models.example.com', 'https://models.example.com'],
    ['http://localhost:11434/v1', 'http://localhost:11434/v1'],
    ['http://127.0.0.1:8000/v1', 'http://127.0.0.1:8000/v1'],
    ['http://[::1]:8000/v1', 'http://[::1]:8000/v1'],
  ])('%s is taken', (text, expected) => {
    expect(checkedBaseUrl(text)).toBe(expected);
  });

  test.each([
    'models.example.com',
    'ftp://models.example.com',
    'file:///etc/passwd',
    'http://models.example.com/v1',
    'http://10.0.0.1/v1',
    'http://127.0.0.1.example.com/v1',
    'https://user:5f2a@models.example.com/v1',
    'https://models.example.com/v1?key=5f2a',
    'https://models.example.com/v1#5f2a',
    'no address at all 5f2a',
  ])('%s is refused without its credentials', (text) => {
    const check = () => checkedBaseUrl(text);

    expect(check).toThrow(BaseUrlError);
    expect(check).not.toThrow(/5f2a/);
  });

  test('with the path of the calls is refused with the one to give', () => {
    expect(() => checkedBaseUrl('https://models.example.com/v1/chat/completions/')).toThrow('without /chat/completions; give https://models.example.com/v1');
  });

  test('plain http to another machine is taken where it is allowed', () => {
    expect(checkedBaseUrl('http://gateway:4000/v1', { allowHttp: true })).toBe('http://gateway:4000/v1');
  });

  test('only hosts of the list are taken where there is one', () => {
    const rules = { allowedHosts: ['models.example.com'] };

    expect(checkedBaseUrl('https://models.example.com/v1', rules)).toBe('https://models.example.com/v1');
    expect(() => checkedBaseUrl('https://other.example.com/v1', rules)).toThrow(BaseUrlError);
  });
});
