/** The API server cannot be reached or does not do its work: trying again later may help and costs no attempt. */
export class ClusterUnreachableError extends Error {
  readonly code = 'cluster_unreachable';
  /** How long the server asked to wait, ms. */
  readonly retryAfterMs: number | undefined;
  constructor(operation: string, server: string, reason: string, options: { cause?: unknown; retryAfterMs?: number | undefined } = {}) {
    super(`the API server does not answer as it should [operation=${operation}, server=${server}, reason=${reason}]; see whether it can be reached from here`, {
      cause: options.cause,
    });
    this.name = new.target.name;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** The API server answers and says no: rights, credentials, a policy or the request itself. No retry helps. */
export class ClusterRefusedError extends Error {
  readonly code = 'cluster_refused';
  /** The HTTP status. */
  readonly status: number;
  constructor(operation: string, server: string, status: number, said: string, options?: { cause?: unknown }) {
    super(
      `the API server refuses [operation=${operation}, server=${server}, status=${status}]: ${said}; ${ADVICE[status] ?? 'correct what it names'}`,
      options,
    );
    this.name = new.target.name;
    this.status = status;
  }
}

const ADVICE: Readonly<Record<number, string>> = {
  400: 'the cluster is of a version that does not know this request; update it',
  401: 'renew the credentials, or name a kubeconfig that has some',
  403: 'let the account get, list, watch, create and delete jobs and read pods, pods/log and events in both namespaces, or change the policy that it names',
  404: 'make the namespace, or correct its name in the settings',
  422: 'change the setting that it names',
};

/** A Job of this name is there and is not the one that is wanted. */
export class JobNameConflictError extends Error {
  readonly code = 'job_name_conflict';
  constructor(namespace: string, name: string, difference: string) {
    super(`a Job of this name is there already and is another one [namespace=${namespace}, job=${name}]: ${difference}; delete it, or start under another key`);
    this.name = new.target.name;
  }
}

/** An order asks for what no order may have. */
export class OrderRefusedError extends Error {
  readonly code = 'order_refused';
  constructor(key: string, what: string) {
    super(`this pod is not started [key=${key}]: ${what}`);
    this.name = new.target.name;
  }
}

/** Untrusted code was to run and its pods would share the kernel of their node. */
export class UnsandboxedRefusedError extends Error {
  readonly code = 'unsandboxed_refused';
  constructor(profile: string) {
    super(
      `untrusted code is not run without a sandbox [profile=${profile}]: set runtimeClass to a RuntimeClass with a kernel of its own (gVisor, Kata), or allowUnsandboxed`,
    );
    this.name = new.target.name;
  }
}

/** The Job was removed by the one who holds it. */
export class PodJobRemovedError extends Error {
  readonly code = 'pod_job_removed';
  constructor(name: string) {
    super(`the Job was removed before its end [job=${name}]`);
    this.name = new.target.name;
  }
}
