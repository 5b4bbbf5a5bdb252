/** Untrusted code was to run and there is no sandbox. */
export class UnsandboxedRefusedError extends Error {
  readonly code = 'unsandboxed_refused';
  constructor(advice: readonly string[]) {
    super(`untrusted code is not run without a sandbox: ${advice.join('; ')}; or pass --allow-unsandboxed`);
    this.name = new.target.name;
  }
}
