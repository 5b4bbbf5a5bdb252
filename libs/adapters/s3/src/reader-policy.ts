/**
 * The bucket policy for credentials that may read what was published and nothing else: a hand-off in the zone of untrusted
 * programs. The denial wins over whatever else is granted to them one day.
 */
export function readerPolicy({ bucket, prefix = '', principal }: { readonly bucket: string; readonly prefix?: string; readonly principal: string }): object {
  const objects = (area: string): string => `arn:aws:s3:::${bucket}/${prefix}${area}/*`;
  const who = { Principal: { AWS: [principal] } };
  return {
    Version: '2012-10-17',
    Statement: [
      { Sid: 'ReadPublished', Effect: 'Allow', ...who, Action: ['s3:GetObject'], Resource: [objects('public')] },
      { Sid: 'NeverPrivate', Effect: 'Deny', ...who, Action: ['s3:*'], Resource: [objects('private')] },
    ],
  };
}
