/** What the process exits with; listed in `--help` and docs/reference/exit-codes.md. */
export const EXIT_CODES = {
  ok: { code: 0, meaning: 'all datasets reached a terminal state; all packages or submissions passed; packages are exported (starter tasks may be left out)' },
  failed: {
    code: 1,
    meaning:
      'a package did not pass, nothing was exported, a submission was not valid, an invariant is broken, something that is stored of a run cannot be read any more, a topic of Kafka is missing or differs, or `--within` has passed',
  },
  usage: { code: 2, meaning: 'the command line is wrong, or a path on it leads to nothing' },
  nothingVerified: { code: 3, meaning: 'all datasets reached a terminal state and no task was verified' },
  unreachable: { code: 75, meaning: 'a server of the cluster does not answer; the message says which, and the same command may succeed later' },
  configuration: { code: 78, meaning: 'this machine or directory cannot be used as asked; the message says what to change' },
  interrupted: { code: 130, meaning: 'stopped by Ctrl-C; the same command goes on where it stopped' },
} as const;
