import { readFile } from 'node:fs/promises';
import { runChild, startCollector, until } from './testing/index.ts';

/** CPU time of a process so far, in clock ticks of a hundredth of a second. */
async function ticksOf(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /, '').split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

const IDLE = `setInterval(() => undefined, 60_000); console.log('up');`;
const ENDS = `console.log(JSON.stringify({ cpuMs: process.cpuUsage().user / 1000 + process.cpuUsage().system / 1000, rssMb: process.memoryUsage().rss / 1e6 })); process.exit(0);`;
const LOOKED_AT_MS = 10_000;
const LOOKS = 3;
/** Below half a percent of a processor, in ticks of 10 ms. */
const MOST_TICKS = 4;

describe('what telemetry costs', () => {
  it('is next to nothing while a process is idle: less than half a percent of a processor', async () => {
    const collector = await startCollector();
    const child = runChild(IDLE, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    await until('the start', () => child.output().includes('up') && child.output().includes('telemetry.started'));
    // What it costs all the time shows each time; what is left of the start, or comes of a busy machine, does not.
    let used = Infinity;
    for (let look = 0; look < LOOKS && used > MOST_TICKS; look += 1) {
      const before = await ticksOf(child.pid);
      // The one place that has to let time go by: nothing is what it waits for.
      await new Promise((resolve) => setTimeout(resolve, LOOKED_AT_MS));
      used = Math.min(used, (await ticksOf(child.pid)) - before);
    }
    child.kill();
    await child.exited;
    await collector.close();

    const percent = (used * 10 * 100) / LOOKED_AT_MS;
    console.info(`telemetry at idle: ${percent.toFixed(2)} % of a processor`);
    expect(percent).toBeLessThan(0.5);
  });

  it('at the start is reported, and stays below fifty times that of an empty process', async () => {
    const figures = [];
    for (const start of [false, true]) {
      const child = runChild(ENDS, {}, { start });
      await child.exited;
      figures.push(child.lines().find((line) => 'cpuMs' in line) as { cpuMs: number; rssMb: number });
    }

    const [without, within] = figures;
    console.info(
      `start with telemetry: ${within?.cpuMs.toFixed(0)} ms of CPU, ${within?.rssMb.toFixed(0)} MB; without: ${without?.cpuMs.toFixed(0)} ms, ${without?.rssMb.toFixed(0)} MB`,
    );
    expect((within?.cpuMs ?? Infinity) / (without?.cpuMs ?? 0)).toBeLessThan(50);
  });
});
