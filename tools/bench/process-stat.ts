/** What the kernel tells of a process. */
export interface ProcessStat {
  /** Its id and when it began: ids are used again. */
  readonly name: string;
  readonly id: number;
  readonly parent: number;
  /** Seconds of its own on all cores. */
  readonly cpuSeconds: number;
}

const TICKS_A_SECOND = 100;

/** Reads `/proc/ID/stat`: the name of the program, in brackets, may hold anything. */
export function processOf(stat: string): ProcessStat {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const id = Number.parseInt(stat, 10);
  return { id, name: `${id} ${fields[19] ?? ''}`, parent: Number(fields[1]), cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND };
}
