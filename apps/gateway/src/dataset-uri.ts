import { locationUri, parseLocation } from '@mle-smith/contracts';
import { HttpProblem } from '@mle-smith/service';

/** Characters that no server and no client reads in two ways. */
const PLAIN_PREFIX = /^(?:[\w!.*'()=+,@ -]+\/)+$/;

/**
 * Throws unless data may be read from an address: a folder of a bucket that is listed. Nothing else is ever looked at: no other
 * scheme, no host, port or name of a user, so there is nothing to resolve, and nothing that could lead elsewhere.
 */
export function checkDatasetUri(uri: string, buckets: readonly string[]): void {
  const place = parseLocation(uri);
  const refused = (reason: string): HttpProblem => new HttpProblem('refused_location', reason);
  if (place === undefined || locationUri(place) !== uri || !PLAIN_PREFIX.test(place.prefix))
    throw refused('a dataset is `s3://bucket/prefix/`, with the slash at its end');
  if (place.prefix.split('/').some((part) => part === '.' || part === '..')) throw refused('the prefix may not hold `.` or `..`');
  if (!buckets.includes(place.bucket)) throw refused('datasets are not read from this bucket; whoever runs this installation lists the buckets');
}
