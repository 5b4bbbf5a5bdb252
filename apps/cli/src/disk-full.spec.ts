import { diskFull, writing } from './disk-full.ts';

/** What Node.js says of a write to an open file: no path. */
const NO_ROOM = (): Error => Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });

describe('a full disk', () => {
  it('is told with the file that was written, although the system does not name it', async () => {
    const fault = await writing('/runs/one/.state/datasets.json', () => Promise.reject(NO_ROOM())).catch((error: unknown) => error);

    expect(diskFull('/runs/one', fault).message).toMatch(/^the disk is full \[file=\/runs\/one\/\.state\/datasets\.json, reason=ENOSPC.*\]; make room there/);
  });

  it('is told with the folder of the run where nobody knows the file', () => {
    expect(diskFull('/runs/one', NO_ROOM()).message).toContain('[file=below /runs/one, ');
  });

  it('is no name for another fault', async () => {
    const fault = await writing('/runs/one', () => Promise.reject(new Error('no'))).catch((error: unknown) => error);

    expect(fault).toEqual(new Error('no'));
    expect(fault).not.toHaveProperty('path');
  });
});
