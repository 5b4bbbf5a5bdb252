/** A server that answers, whoever started it. */
export interface RunningServer {
  readonly name: string;
  /** What a client is given: `host:port`, several with commas, or a URL. */
  readonly address: string;
  /** The process, where this machine runs it; it leads a process group of its own. */
  readonly pid?: number;
  /** Credentials, second addresses, files of certificates. */
  readonly details: Readonly<Record<string, string>>;
}

/** Why a server cannot be had here, in words for the reader of a skipped test. */
export interface MissingServer {
  readonly missing: string;
}

/** How one real server is brought to this machine, started and asked whether it lives. */
export interface ServerRecipe {
  readonly name: string;
  /** What it brings and its version, for reports. */
  readonly software?: string;
  /** The environment variable that names one which runs already; it wins over everything else. */
  readonly variable: string;
  /** What else the environment says about that one: credentials, second addresses. */
  detailsFrom?(environment: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>>;
  /** Brings the program into `home`; does nothing where it is there; throws with a reason. */
  install(home: string): Promise<void>;
  /** Starts a detached process on free ports of the loopback; its state and log go into `run`. A folder that an earlier start left is taken up again, at the same address. Resolves when it takes requests. */
  start(home: string, run: string): Promise<RunningServer>;
  /** Whether it takes requests now. */
  healthy(server: RunningServer): Promise<boolean>;
  /** Removes what it leaves on the machine outside of `run`, or mounted there, when its process has ended; does nothing where there is nothing. */
  removeRemains?(run: string): Promise<void>;
}
