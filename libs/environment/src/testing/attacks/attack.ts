import type { Job, JobLimits, JobStatus } from '../../job-runner.ts';

/** A program that tries what no job may. It reports `True` where it got through; being ended counts as stopped where `ended` names how. */
export interface Attack {
  /** What it does, as `the program <title>`. */
  readonly title: string;
  /** Python, after `PRELUDE`; `breach(found)` reports. SECRET and PORT are replaced by a file and a listening port of the host. */
  readonly program: string;
  readonly ended?: readonly JobStatus[];
  readonly limits?: Partial<JobLimits>;
  /** Tried with this trust alone, where the other would only cost time. */
  readonly only?: Job['trust'];
}

/** Small limits that are soon reached. */
export const TIGHT: Partial<JobLimits> = { wallMs: 15_000, memoryMb: 512, processes: 32 };

/** Goes before every attack. */
export const PRELUDE = `import ctypes, errno, json, os, resource, signal, socket, stat, sys, time
libc = ctypes.CDLL(None, use_errno=True)
def breach(found):
    with open("/output/report.json", "w") as stream: json.dump({"breached": bool(found), "found": str(found)[:200]}, stream)
def opens(path, flags=os.O_WRONLY):
    try:
        os.close(os.open(path, flags)); return True
    except OSError: return False
def works(function, *arguments):
    try:
        function(*arguments); return True
    except OSError: return False
def calls(number, *arguments):
    ctypes.set_errno(0)
    return libc.syscall(number, *arguments) >= 0
`;
