import {
  CopyObjectCommand,
  CreateBucketCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { faultOf } from './fault.ts';
import { DEFAULT_RETRIES, pauseMs, type RetryPolicy } from './retry.ts';
import { ObjectStoreRefusedError, ObjectStoreUnreachableError } from './store-errors.ts';

export interface S3BucketOptions {
  readonly bucket: string;
  /** URL of the server; the one of AWS for the region where absent. */
  readonly endpoint?: string;
  /** Default `us-east-1`, which servers other than AWS take for any. */
  readonly region?: string;
  /** Default: what the SDK finds (environment, role of the pod, profile). */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string };
  /** A connection on which nothing moves for so long is given up. Default 20 s. */
  readonly idleMs?: number;
  readonly retries?: Partial<RetryPolicy>;
}

/** One bucket of an S3-compatible store: requests that repeat faults which pass, and say in our words what does not. */
export class S3Bucket {
  readonly name: string;
  readonly client: S3Client;
  readonly retries: RetryPolicy;
  /** For messages. */
  readonly #place: string;

  constructor(options: S3BucketOptions) {
    const idleMs = options.idleMs ?? 20_000;
    this.name = options.bucket;
    this.retries = { ...DEFAULT_RETRIES, ...options.retries };
    this.#place = `${options.endpoint ?? 'AWS'}/${options.bucket}`;
    const config: S3ClientConfig = {
      region: options.region ?? 'us-east-1',
      // One layer repeats, and it is ours; the SDK's would also lose the codes of errors that it does not know.
      retryStrategy: { mode: 'none', retry: (next, args) => next(args) },
      forcePathStyle: options.endpoint !== undefined,
      // Bytes are verified against sha256 on both ways; older servers do not know the SDK's own choice.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      // It would open a connection of its own for every large body.
      expectContinueHeader: false,
      requestHandler: { connectionTimeout: 5_000, socketTimeout: idleMs },
    };
    if (options.endpoint !== undefined) config.endpoint = options.endpoint;
    if (options.credentials !== undefined) config.credentials = options.credentials;
    this.client = new S3Client(config);
  }

  /** Throws `ObjectStoreRefusedError` or `ObjectStoreUnreachableError` where the bucket cannot be used: a service asks before it starts. */
  async check(): Promise<void> {
    await this.run('check the bucket', () => this.client.send(new HeadBucketCommand({ Bucket: this.name }))).catch((error: unknown) => {
      throw answerOf(error) === 404 ? this.refused('check the bucket', 'NoSuchBucket', error) : error;
    });
  }

  /** Makes the bucket where it is not there. Throws as `check` does. */
  async ensure(): Promise<void> {
    try {
      await this.check();
    } catch (error) {
      if (!(error instanceof ObjectStoreRefusedError)) throw error;
      await this.run('make the bucket', () => this.client.send(new CreateBucketCommand({ Bucket: this.name }))).catch(async (failure: unknown) => {
        // Another one may have made it since it was looked for.
        await this.check().catch(() => {
          throw failure;
        });
      });
    }
  }

  /** The size of an object in bytes; undefined where there is none. */
  async sizeOf(key: string): Promise<number | undefined> {
    try {
      const found = await this.run('head', () => this.client.send(new HeadObjectCommand({ Bucket: this.name, Key: key })));
      return found.ContentLength ?? 0;
    } catch (error) {
      if (answerOf(error) === 404) return undefined;
      throw error;
    }
  }

  /** Writes an object unless there is one of this key; tells whether it wrote. The server checks the bytes against the sha256 (base64). A reply that is lost on its way makes no difference. */
  async putIfAbsent(key: string, bytes: Uint8Array, sha256: string): Promise<boolean> {
    try {
      await this.#put(key, bytes, sha256, '*');
      return true;
    } catch (error) {
      if (answerOf(error) === 412) return false;
      throw error;
    }
  }

  /** Writes an object whatever is there. */
  async put(key: string, bytes: Uint8Array, sha256: string): Promise<void> {
    await this.#put(key, bytes, sha256);
  }

  /** Copies an object of this bucket, inside the server. */
  async copy(from: string, to: string): Promise<void> {
    const source = `${this.name}/${from}`.split('/').map(encodeURIComponent).join('/');
    await this.run('copy', () => this.client.send(new CopyObjectCommand({ Bucket: this.name, Key: to, CopySource: source })));
  }

  /**
   * Sends a request until it succeeds or `retries` are used up. Answers (404, 412, 416) are thrown as they came, see `answerOf`;
   * everything else in our words.
   */
  async run<Result>(operation: string, request: () => Promise<Result>): Promise<Result> {
    for (let number = 1; ; number += 1) {
      try {
        return await request();
      } catch (error) {
        await this.pause(operation, error, number);
      }
    }
  }

  /** Waits after fault `number` of an operation; throws where it is no fault that passes, or one too many. */
  async pause(operation: string, error: unknown, number: number): Promise<void> {
    const fault = faultOf(error);
    if (fault === undefined || fault.kind === 'answer') throw error;
    if (fault.kind === 'refused') throw this.refused(operation, fault.reason, error);
    if (number >= this.retries.attempts) throw this.unreachable(operation, fault.reason, error);
    await this.retries.rest(pauseMs(this.retries, number, fault.retryAfterMs));
  }

  /** The error for an operation that cannot be brought to its end. */
  unreachable(operation: string, reason: string, cause: unknown): ObjectStoreUnreachableError {
    return new ObjectStoreUnreachableError(operation, this.#place, reason, { cause });
  }

  close(): void {
    this.client.destroy();
  }

  /** The error for an operation that the store will not do. */
  refused(operation: string, reason: string, cause: unknown): ObjectStoreRefusedError {
    return new ObjectStoreRefusedError(operation, this.#place, reason, { cause });
  }

  async #put(key: string, bytes: Uint8Array, sha256: string, ifNoneMatch?: '*'): Promise<void> {
    const request = { Bucket: this.name, Key: key, Body: bytes, ContentLength: bytes.length, ChecksumSHA256: sha256 };
    await this.run('put', () => this.client.send(new PutObjectCommand(ifNoneMatch === undefined ? request : { ...request, IfNoneMatch: ifNoneMatch })));
  }
}

/** The status of an answer that is no fault: 404 not there, 412 a condition does not hold, 416 past the end. */
export function answerOf(error: unknown): 404 | 412 | 416 | undefined {
  const fault = faultOf(error);
  return fault?.kind === 'answer' ? fault.status : undefined;
}
