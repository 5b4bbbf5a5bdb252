import type { SeenJob } from '@mle-smith/adapter-kubernetes/drills';
import { madeTwice } from './made-twice.ts';

const job = (name: string, createdAt: number, goneAt?: number): SeenJob => ({
  name,
  uid: `${name} ${createdAt}`,
  namespace: 'solve',
  installation: 'mls',
  key: name,
  zone: 'solve',
  trust: 'untrusted',
  createdAt,
  goneAt,
  pod: undefined,
  host: undefined,
});

describe('Jobs of a service that dies', () => {
  const starts = [0, 100];

  it('are one each where the next life takes up what is left, and makes again what was done', () => {
    expect(madeTwice([job('done', 10, 20), job('done', 110, 120), job('left', 90, 130), job('new', 140)], starts)).toEqual([]);
  });

  it.each([
    ['was left and is made again', [job('left', 90, 95), job('left', 97, 130), job('left', 131, 140)], /^left was there 2 times in life [12]/],
    ['is made twice in one life', [job('again', 110, 120), job('again', 130)], /^again was there 2 times in life 2/],
  ])('are told where one %s', (_, jobs, told) => {
    const found = madeTwice(jobs, starts);

    expect(found.length).toBeGreaterThan(0);
    for (const complaint of found) expect(complaint).toMatch(told);
  });
});
