import { createWriteStream, type WriteStream } from 'node:fs';
import { setTimeout as rest } from 'node:timers/promises';
import { Cluster, settingsOn, STATIONS, type Access, type HowToStart } from '../../cluster/cluster.ts';
import { newName } from '../../cluster/names.ts';
import { lineOf, type LogLine, type ServiceProcess } from '../../cluster/service-process.ts';
import type { RunningServer } from '../../testbed/server-recipe.ts';
import { TcpProxy } from '../../testbed/tcp-proxy.ts';
import { waitFor } from '../../testbed/wait-for.ts';
import { AttemptBook } from './attempt-book.ts';
import type { CountedEndpoint } from './counted-endpoint.ts';
import type { Pods } from './pods.ts';
import { metricsPortOf } from '../../cluster/metrics-of.ts';
import { Watch } from '../../cluster/watch.ts';

/** A line of a service, and when it came (ms of this process). */
export interface RigLine extends LogLine {
  readonly service: string;
  readonly at: number;
}

/** A text that is no line of a log. */
export interface Noise {
  readonly service: string;
  readonly text: string;
}

/** A service that ended without being told. */
export interface End {
  readonly service: string;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What a fault waited for did not come. */
export class NotSeenError extends Error {
  readonly code = 'not_seen';
  constructor(what: string, why: string) {
    super(`nothing was seen of what the fault waits for [what=${what}, because=${why}]`);
    this.name = new.target.name;
  }
}

/** Which lines count for a fault that waits for one. */
export interface Sought {
  /** A place in `lines`; by default those that come from now on. */
  readonly from?: number;
  readonly withinSeconds?: number;
  /** Whether the line may come after the load has ended. */
  readonly evenAfterLoad?: boolean;
}

export interface RigOptions {
  readonly servers: readonly RunningServer[];
  readonly settings: Readonly<Record<string, string>>;
  readonly random: () => number;
  /** The file for all lines of all services. */
  readonly log: string;
  /** Asks the services for their metrics, where it is given. */
  readonly prometheus?: RunningServer | undefined;
}

type ServerName = 'mongo' | 's3';
const ADDRESS_OF = { mongo: 'MONGODB_URI', s3: 'S3_ENDPOINT' } as const satisfies Record<ServerName, string>;

/** A process that ends by itself is started again after this time, as a cluster does. */
const RESTART_MS = 1_000;
const SEEN_WITHIN_SECONDS = 300;
const ASKED_EVERY_MS = 300;

/** All services on servers of the test bed, under the hands of a fault; it keeps what they write and starts again what ends by itself. */
export class Rig {
  /** Of the installation. */
  readonly name: string;
  readonly random: () => number;
  /** Lines of all services in the order in which they came. */
  readonly lines: RigLine[] = [];
  readonly noise: Noise[] = [];
  readonly ends: End[] = [];
  readonly attempts = new AttemptBook();
  /** What went wrong with the caller or the fault itself. */
  readonly complaints: string[] = [];
  /** Subjects that the fault cancelled: their verdicts are not those of the oracle. */
  readonly cancelled = new Set<string>();
  /** What Prometheus saw, where one asks the services. */
  readonly watch: Watch | undefined;
  /** The model, where the load asks one. */
  endpoint: CountedEndpoint | undefined;
  #pods: Pods | undefined;
  /** The load is over, one way or another. */
  readonly loadEnded = new AbortController();
  readonly #settings: Record<string, string>;
  readonly #how = new Map<string, HowToStart>();
  readonly #told = new Set<ServiceProcess>();
  readonly #proxies = new Map<string, TcpProxy>();
  readonly #releases: (() => Promise<unknown>)[] = [];
  readonly #watchers = new Set<(line: RigLine) => void>();
  readonly #log: WriteStream;
  #cluster: Cluster | undefined;
  #closing = false;

  private constructor(name: string, settings: Record<string, string>, { random, log, prometheus }: RigOptions) {
    this.name = name;
    this.watch = prometheus === undefined ? undefined : new Watch(prometheus, name);
    this.random = random;
    this.#settings = settings;
    this.#log = createWriteStream(log);
  }

  /** An installation of its own. Nothing runs yet. */
  static async open(options: RigOptions): Promise<Rig> {
    const name = newName();
    const settings = await settingsOn(name, options.servers);
    // A line for each attempt is the only count of work that a kill does not take away.
    return new Rig(name, { ...settings, MLE_SMITH_LOG_LEVEL: 'debug', ...options.settings }, options);
  }

  /** Settings of all services; a fault may change them in `prepare`. */
  get settings(): Record<string, string> {
    return this.#settings;
  }

  get access(): Access {
    return this.#opened.access;
  }

  /** The services that are there. */
  get services(): string[] {
    return [...this.#opened.services.keys()];
  }

  /** The cluster in which execute runs its jobs, where the load has one. */
  get pods(): Pods {
    if (this.#pods === undefined) throw new RangeError('the load has no pods');
    return this.#pods;
  }

  /** Lets services run their jobs in a cluster, to the end of the rig. */
  runsInPods(pods: Pods, services: readonly string[]): void {
    this.#pods = pods;
    this.atEnd(() => pods.close());
    for (const service of services) this.startsLike(service, { settings: pods.settings });
  }

  /** Where one service keeps its files. */
  folderOf(service: string): string {
    return `${this.#settings['MLE_SMITH_WORK_DIRECTORY'] ?? ''}/${service}`;
  }

  /** What is particular about each start of a service from now on, beside what was said before. */
  startsLike(service: string, { settings, under }: HowToStart): void {
    const before = this.#how.get(service);
    this.#how.set(service, { settings: { ...before?.settings, ...settings }, under: under ?? before?.under ?? [] });
  }

  /** Done at the end, whatever came of the fault. */
  atEnd(release: () => Promise<unknown>): void {
    this.#releases.push(release);
  }

  /** A proxy that stands before a server for all services, or for one of them. To be asked for in `prepare` first. */
  async proxy(server: ServerName, service?: string): Promise<TcpProxy> {
    const known = this.#proxies.get(`${server} ${service}`);
    if (known !== undefined) return known;
    const variable = ADDRESS_OF[server];
    const address = new URL(this.#settings[variable] ?? '');
    const proxy = await TcpProxy.before(address.host);
    this.atEnd(() => proxy.close());
    this.#proxies.set(`${server} ${service}`, proxy);
    address.host = proxy.address;
    if (service === undefined) this.#settings[variable] = address.href;
    else this.startsLike(service, { settings: { [variable]: address.href } });
    return proxy;
  }

  /** Makes the servers ready. */
  async prepareServers(): Promise<void> {
    this.#cluster = await Cluster.open(this.#settings, (name, text) => this.#hear(name, text));
  }

  /** Starts services and waits for them, unless it is said that they cannot get ready. */
  async start(services: readonly string[] = [...STATIONS, 'gateway'], wait = true): Promise<void> {
    const started = services.map((service) => this.#launch(service));
    if (wait) await Promise.all(started.map((process) => process.said('service.ready')));
  }

  /** Ends services, without a chance to clean up unless a signal lets them. Gives exit codes. */
  async kill(services: readonly string[], signal: NodeJS.Signals = 'SIGKILL'): Promise<readonly (number | null)[]> {
    for (const service of services) this.#told.add(this.processOf(service));
    this.note(`${signal} of ${services.join(', ')}`);
    const codes = await this.#opened.stop(services, signal);
    for (const service of services) this.attempts.ended(service);
    return codes;
  }

  processOf(service: string): ServiceProcess {
    const process = this.#opened.services.get(service);
    if (process === undefined) throw new RangeError(`no such service runs [service=${service}]`);
    return process;
  }

  /** A service that is chosen by chance. */
  anyOf<Item>(items: readonly Item[]): Item {
    const item = items[Math.floor(this.random() * items.length)];
    if (item === undefined) throw new RangeError('there is nothing to choose from');
    return item;
  }

  /** The order that chance gives. */
  shuffled<Item>(items: readonly Item[]): Item[] {
    return items
      .map((item) => ({ item, place: this.random() }))
      .sort((one, other) => one.place - other.place)
      .map(({ item }) => item);
  }

  /** The first line of this kind. Throws `NotSeenError` where time runs out before, or the load ends. */
  async seen(what: string, kind: (line: RigLine) => boolean, where: Sought = {}): Promise<RigLine> {
    const { from = this.lines.length, withinSeconds = SEEN_WITHIN_SECONDS, evenAfterLoad = false } = where;
    const before = this.lines.slice(from).find(kind);
    if (before !== undefined) return before;
    const { promise, resolve, reject } = Promise.withResolvers<RigLine>();
    const watcher = (line: RigLine): void => void (kind(line) && resolve(line));
    const over = (): void => reject(new NotSeenError(what, 'the load ended before'));
    const limit = setTimeout(() => reject(new NotSeenError(what, `${withinSeconds} s went by`)), withinSeconds * 1_000);
    this.#watchers.add(watcher);
    if (!evenAfterLoad) this.loadEnded.signal.addEventListener('abort', over);
    if (!evenAfterLoad && this.loadEnded.signal.aborted) over();
    try {
      return await promise;
    } finally {
      clearTimeout(limit);
      this.#watchers.delete(watcher);
      this.loadEnded.signal.removeEventListener('abort', over);
    }
  }

  /** Asks until the answer is yes. Throws `NotSeenError` where time runs out. */
  async until(what: string, condition: () => Promise<boolean> | boolean, withinSeconds: number): Promise<void> {
    if (!(await waitFor(condition, withinSeconds * 1_000, ASKED_EVERY_MS))) throw new NotSeenError(what, `${withinSeconds} s went by`);
  }

  /** Does what a fault does; where it cannot, that is told at the end. */
  async attempted(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.complaints.push(`the fault could not be done: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** The next attempt of a stage. */
  async attempt(stage: string, from?: number): Promise<RigLine> {
    return this.seen(`an attempt of ${stage}`, (line) => line.code === 'stage.started' && line.stage === stage, from === undefined ? {} : { from });
  }

  /** Whether every service says that it is ready. */
  async isAllReady(): Promise<boolean> {
    return (await Promise.all(this.services.map((service) => this.isReady(service)))).every(Boolean);
  }

  isReady(service: string): Promise<boolean> {
    return this.#answers(service, '/readyz');
  }

  isAlive(service: string): Promise<boolean> {
    return this.#answers(service, '/livez');
  }

  async #answers(service: string, path: string): Promise<boolean> {
    const url = this.lines.findLast((line) => line.service === service && typeof line.data?.['url'] === 'string')?.data?.['url'];
    if (url === undefined) return false;
    return fetch(`${String(url)}${path}`, { signal: AbortSignal.timeout(5_000) }).then(
      ({ ok }) => ok,
      () => false,
    );
  }

  /** Where a service tells its metrics. */
  async metricsOf(service: string): Promise<URL> {
    return new URL(`http://127.0.0.1:${await metricsPortOf(this.processOf(service))}/metrics`);
  }

  /** The sum of a metric over its labels, or over series with one of them (`outcome="stale"`), as a scrape of a service tells it. */
  async metric(service: string, name: string, label = ''): Promise<number> {
    const text = await (await fetch(await this.metricsOf(service))).text();
    const rows = text.split('\n').filter((line) => (line.startsWith(`${name}{`) || line.startsWith(`${name} `)) && line.includes(label));
    return rows.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
  }

  /** Ends all services in order and gives the exit codes of those that did not end with 0. */
  async stop(): Promise<readonly string[]> {
    this.#closing = true;
    const services = this.services;
    const codes = await this.kill(services, 'SIGTERM');
    return services.flatMap((service, place) => (codes[place] === 0 ? [] : [`${service} ended with ${codes[place] ?? 'a signal'} when it was told to end`]));
  }

  async close(): Promise<void> {
    this.#closing = true;
    for (const { child } of this.#cluster?.services.values() ?? []) child.kill('SIGKILL');
    await this.watch?.close();
    await this.#cluster?.close();
    for (const release of this.#releases.reverse()) await release();
    await new Promise((resolve) => this.#log.end(resolve));
  }

  get #opened(): Cluster {
    if (this.#cluster === undefined) throw new RangeError('the servers are not prepared yet');
    return this.#cluster;
  }

  /** Takes what a service wrote that a fault started by itself. */
  hearEnded(service: string, { lines, noise }: Pick<ServiceProcess, 'lines' | 'noise'>): void {
    this.lines.push(...lines.map((line) => ({ ...line, service, at: performance.now() })));
    this.noise.push(...noise.map((text) => ({ service, text })));
  }

  /** Leaves word of what the driver did among the lines of the services. */
  note(what: string): void {
    this.#log.write(`driver ${JSON.stringify({ time: new Date().toISOString(), code: what })}\n`);
  }

  #launch(service: string): ServiceProcess {
    this.note(`start of ${service}`);
    const process = this.#opened.launch(service, this.#how.get(service));
    void process.ended.then(({ code, signal }) => this.#ended(service, process, { service, code, signal }));
    return process;
  }

  #ended(service: string, process: ServiceProcess, end: End): void {
    this.#hearNoise(service, process, end);
    if (this.#told.has(process)) return;
    this.ends.push(end);
    this.attempts.ended(service);
    void rest(RESTART_MS).then(() => {
      if (!this.#closing && this.#opened.services.get(service) === process) this.#launch(service);
    });
  }

  #hear(service: string, text: string): void {
    this.#log.write(`${service} ${text}\n`);
    const parsed = lineOf(text);
    if (parsed === undefined) return;
    const line = { ...parsed, service, at: performance.now() };
    this.lines.push(line);
    this.attempts.hear(service, line);
    if (line.code === 'telemetry.started') this.watch?.started(service, Number(line.data?.['metricsPort']));
    for (const watcher of this.#watchers) watcher(line);
  }

  /** A process that is killed may leave half a line. */
  #hearNoise(service: string, { noise }: ServiceProcess, { signal }: End): void {
    const whole = signal === 'SIGKILL' && noise.at(-1)?.startsWith('{') === true ? noise.slice(0, -1) : noise;
    for (const text of whole) this.noise.push({ service, text });
  }
}
