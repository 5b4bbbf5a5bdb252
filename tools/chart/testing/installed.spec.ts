import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeChart } from '../describe-chart.ts';
import { install } from './installed.ts';

await describeChart('an installation on a real API server', () => {
  it('that fails says why, and leaves no folder', async () => {
    const place = await mkdtemp(join(tmpdir(), 'failed-'));
    const server = { name: 'kube', address: join(place, 'no-kubeconfig'), details: {} };

    await expect(install(server, `busybox@sha256:${'0'.repeat(64)}`, place)).rejects.toThrow(/no-kubeconfig|unreachable/);

    expect(await readdir(place)).toEqual([]);
    await rm(place, { recursive: true });
  });
});
