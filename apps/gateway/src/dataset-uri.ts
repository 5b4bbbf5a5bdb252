import { HttpProblem } from '@mle-smith/service';

const URI = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/((?:[\w!.*'()=+,@ -]+\/)+)$/;

/**
 * Throws unless data may be read from an address: a folder of a bucket that is listed. Nothing else is ever looked at: no other
 * scheme, no host, port or name of a user, so there is nothing to resolve, and nothing that could lead elsewhere.
 */
export function checkDatasetUri(uri: string, buckets: readonly string[]): void {
  const [, bucket, prefix] = URI.exec(uri) ?? [];
  const refused = (reason: string): HttpProblem => new HttpProblem('refused_location', reason);
  if (bucket === undefined || prefix === undefined) throw refused('a dataset is `s3://bucket/prefix/`, with the slash at its end');
  if (prefix.split('/').some((part) => part === '.' || part === '..')) throw refused('the prefix may not hold `.` or `..`');
  if (!buckets.includes(bucket)) throw refused('datasets are not read from this bucket; whoever runs this installation lists the buckets');
}
