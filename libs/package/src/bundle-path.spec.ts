import { checkBundlePaths } from './bundle-path.ts';

const faultOf = (...paths: string[]): unknown => {
  try {
    checkBundlePaths(paths);
    return undefined;
  } catch (error) {
    const { code, path, message } = error as { code?: unknown; path?: unknown; message?: string };
    return { code, path, message: message?.split(' [')[0] };
  }
};

describe('the paths of a bundle', () => {
  it('may be any that lie in one folder together', () => {
    expect(faultOf('a', 'b/a', 'b/c/a', 'ab', 'ü'.repeat(127), '...', '.hidden')).toBeUndefined();
  });

  it.each(['', '/etc/passwd', '../up', 'a/../../b', 'a//b', 'a/', './a', 'tab\there', 'back\\slash', 'k'.repeat(256), 'half\ud800.csv', 'ü'.repeat(128)])(
    'are not %j',
    (path) => {
      expect(faultOf('a.csv', path)).toMatchObject({ code: 'unsafe_path', path });
    },
  );

  it('are no path twice, and none that another needs as a folder, in any order', () => {
    expect(faultOf('a', 'b', 'a')).toEqual({ code: 'unsafe_path', path: 'a', message: 'two files have one path' });
    for (const paths of [
      ['a', 'a/b/c'],
      ['a/b/c', 'a'],
    ])
      expect(faultOf(...paths)).toEqual({ code: 'unsafe_path', path: 'a/b/c', message: 'a file lies where another needs a folder' });
  });
});
