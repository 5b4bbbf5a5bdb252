/** The object store cannot be reached, or does not do its work: a fault of the machine room; trying again later may help. */
export class ObjectStoreUnreachableError extends Error {
  readonly code = 'object_store_unreachable';
  constructor(operation: string, store: string, reason: string, options?: { cause?: unknown }) {
    super(
      `the object store does not answer as it should [operation=${operation}, store=${store}, reason=${reason}]; see whether it runs and can be reached from here`,
      options,
    );
    this.name = new.target.name;
  }
}

/** The object store answers and says no: credentials, rights or configuration are wrong. */
export class ObjectStoreRefusedError extends Error {
  readonly code = 'object_store_refused';
  constructor(operation: string, store: string, reason: string, options?: { cause?: unknown }) {
    super(`the object store refuses the request [operation=${operation}, store=${store}, reason=${reason}]; ${adviceFor(reason)}`, options);
    this.name = new.target.name;
  }
}

/** A file or object was written to while it was read. */
export class ChangedWhileReadError extends Error {
  /** A reason code of the contracts: what it happens to ends with it. */
  readonly code = 'changed_while_read';
  constructor(what: string) {
    super(`changed while it was read [source=${what}]; start again when nobody writes to it`);
    this.name = new.target.name;
  }
}

const ADVICE: Readonly<Record<string, string>> = {
  InvalidAccessKeyId: 'the store does not know this access key; check the credentials',
  SignatureDoesNotMatch: 'the secret does not belong to the access key; check the credentials',
  ExpiredToken: 'the session has ended; renew the credentials',
  CredentialsProviderError: 'no credentials were found; set them in the configuration or the environment',
  NoSuchBucket: 'make the bucket, or correct its name in the configuration',
  PermanentRedirect: 'the bucket lies in another region; correct the region or the endpoint',
  NotImplemented: 'this server lacks an operation that is needed; use one that knows conditional writes',
};

function adviceFor(reason: string): string {
  if (/CERT|TLS|SSL|EPROTO|LEAF_SIGNATURE/.test(reason)) return 'correct http or https in the endpoint, or name its authority in NODE_EXTRA_CA_CERTS';
  return (
    ADVICE[reason] ??
    'allow these credentials s3:GetObject, s3:PutObject, s3:ListBucket and s3:AbortMultipartUpload on the bucket and prefix, or correct the configuration'
  );
}
