import type { SeenJob } from '@mle-smith/adapter-kubernetes/drills';

/**
 * Names of Jobs that one life of a service made although they were there, or made twice. `starts`: when its processes
 * began, by the clock of the Jobs. A later life may make again what an earlier one had done with.
 */
export function madeTwice(jobs: readonly SeenJob[], starts: readonly number[]): string[] {
  const lives = starts.map((from, place) => ({ from, to: starts[place + 1] ?? Infinity }));
  return lives.flatMap(({ from, to }, place) => {
    const names = jobs.filter(({ createdAt, goneAt = Infinity }) => createdAt < to && goneAt > from).map(({ name }) => name);
    const twice = [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
    return twice.map((name) => `${name} was there ${names.filter((other) => other === name).length} times in life ${place + 1} of its service`);
  });
}
