import { ClusterSight } from './cluster-sight.ts';

describe('a station that looks at its pods', () => {
  let now = 0;
  const sight = new ClusterSight(() => now);
  const lost = (namespace: string): void => sight.hear({ kind: 'list_failed', namespace, error: new Error('away') });
  const seen = (namespace: string): void => sight.hear({ kind: 'list_recovered', namespace, silentMs: 1 });

  it('is sound until a namespace has been out of sight for three minutes, and again when it is seen', () => {
    lost('solve');
    now = 60_000;
    lost('grade');
    now = 179_999;
    expect(() => sight.check()).not.toThrow();

    now = 180_000;
    expect(() => sight.check()).toThrow('namespace=solve');
    seen('solve');
    expect(() => sight.check()).not.toThrow();

    now = 240_000;
    expect(() => sight.check()).toThrow('namespace=grade');
    seen('grade');
    expect(() => sight.check()).not.toThrow();
  });
});
