import { readFile } from 'node:fs/promises';
import { processOf } from './process-stat.ts';

describe('what the kernel tells of a process', () => {
  it('is read whatever its program is called', () => {
    const fields = ['S', '7', ...Array.from({ length: 9 }, () => '0'), '150', '50', ...Array.from({ length: 6 }, () => '0'), '4711', '0'];

    expect(processOf(`42 (a) b (c 1) ${fields.join(' ')}`)).toEqual({ id: 42, name: '42 4711', parent: 7, cpuSeconds: 2 });
  });

  it('is that of this process where its own file is read', async () => {
    const { id, parent, cpuSeconds } = processOf(await readFile(`/proc/${process.pid}/stat`, 'utf8'));

    expect([id, parent]).toEqual([process.pid, process.ppid]);
    expect(cpuSeconds).toBeGreaterThan(0);
  });
});
