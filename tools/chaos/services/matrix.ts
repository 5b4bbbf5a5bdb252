/** One row of the fault matrix. */
export interface MatrixRow {
  readonly row: number;
  /** What goes wrong, in a few words. */
  readonly title: string;
  /** What does it beside the faults of this driver, or what it waits for: told while none of them was run. */
  readonly without?: string;
}

const BY_SPECS = 'specs, on every `npm test`: ';
const ON_PODS = `${BY_SPECS}libs/adapters/kubernetes, on pods of a real node: `;

/** The fault matrix of the design. Faults (fault-table.ts) name their rows. */
export const MATRIX: readonly MatrixRow[] = [
  { row: 1, title: 'ingest is killed in the midst of a snapshot' },
  { row: 2, title: 'stations are killed in the midst of their work, with calls of models under way' },
  { row: 3, title: 'execute is killed round the life of a Job' },
  { row: 4, title: 'a process is killed round the publication of an event' },
  { row: 5, title: 'everything is killed at once' },
  { row: 6, title: 'a worker stands still past its lease' },
  { row: 7, title: 'an event loop is blocked past its lease' },
  { row: 8, title: 'the broker is started again' },
  { row: 9, title: 'the broker is not there at the start' },
  { row: 10, title: 'the broker cannot write' },
  { row: 11, title: 'consumers are started again, one after the other' },
  { row: 12, title: 'messages come more than once' },
  { row: 13, title: 'messages come late or in another order' },
  { row: 14, title: 'messages that nobody can read' },
  { row: 15, title: 'messages that are too large' },
  { row: 16, title: 'the store is away or slow' },
  { row: 17, title: 'the store takes a write and the answer is lost' },
  { row: 18, title: 'the store is not set up for this version' },
  { row: 19, title: 'the object store is away, slow or wrong' },
  { row: 20, title: 'the model endpoint says: later' },
  { row: 21, title: 'the model endpoint fails or hangs' },
  { row: 22, title: 'the model says nonsense' },
  { row: 23, title: 'the quota of the model is used up, or its key revoked' },
  { row: 24, title: 'a budget is reached in the midst of a task' },
  {
    row: 25,
    title: 'candidates that use up memory, disk, processes or time',
    without: `${BY_SPECS}libs/adapters/sandbox attacks its own sandboxes, libs/adapters/kubernetes pods of a real node; execute’s own probes of these limits run in pods under the faults of rows 3 and 27 to 30, whose verdicts are those of sandboxes`,
  },
  { row: 26, title: 'the image of a Job is missing', without: `${ON_PODS}an image that there is not (classes)` },
  {
    row: 27,
    title: 'the pod of a Job is evicted or lost',
    without: `${ON_PODS}eviction and deletion (classes), a node that says nothing (node-loss)`,
  },
  {
    row: 28,
    title: 'the API server of Kubernetes is away',
    without: `${ON_PODS}outages of seconds, refusals, cut and lost replies, broken watches (api-faults)`,
  },
  { row: 29, title: 'a Job is deleted early', without: `${ON_PODS}its pod, its Job, its log (classes, api-faults)` },
  { row: 30, title: 'two installations in one namespace', without: `${ON_PODS}each touches its own only (orphans, adoption)` },
  { row: 31, title: 'the clock of a machine is wrong' },
  { row: 32, title: 'the disk of a service is full' },
  { row: 33, title: 'a service runs out of memory' },
  { row: 34, title: 'datasets that attack', without: `${BY_SPECS}libs/mle-env reads hostile files, tools/hostile-input plants injections in every field` },
  {
    row: 35,
    title: 'candidates that attack',
    without: `${BY_SPECS}libs/adapters/sandbox, libs/environment, and libs/adapters/kubernetes with the same attacks`,
  },
  { row: 36, title: 'a dataset changes while it is taken in' },
  { row: 37, title: 'work is cancelled in every state' },
  {
    row: 38,
    title: 'an update and a way back in the midst of the work',
    without: 'there is one version; tools/chart updates an installation and rolls it back on a real API server, with work in flight',
  },
  { row: 39, title: 'telemetry is away or hangs' },
  { row: 40, title: 'errors of configuration' },
  { row: 41, title: 'names of servers do not resolve' },
  {
    row: 42,
    title: 'kills, a full disk and a second instance on one machine',
    without: '`npm run chaos` kills runs of one machine and calls of agents; specs of apps/cli have the rest',
  },
  { row: 43, title: 'some of the above at random moments' },
];
