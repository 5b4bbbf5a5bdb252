import { locationUri, parseLocation } from './location.ts';

describe('the address of a dataset in a bucket', () => {
  it.each([
    ['s3://lake/fruit/pears/', 'lake', 'fruit/pears/'],
    ['s3://lake/fruit/pears', 'lake', 'fruit/pears/'],
    ['s3://lake/fruit/pears///', 'lake', 'fruit/pears/'],
    ['s3://lake/', 'lake', ''],
    ['s3://lake//', 'lake', ''],
    ['s3://my.lake-2/Ripe pears/ü/../%2e/', 'my.lake-2', 'Ripe pears/ü/../%2e/'],
  ])('%j is read', (uri, bucket, prefix) => {
    expect(parseLocation(uri)).toEqual({ bucket, prefix });
  });

  it.each(['', 's3://', 's3://lake', 's3:///pears/', 's3://la/pears/', 's3://Lake/pears/', 's3://lake./pears/', 's3://-lake/pears/', 's3://user@lake/pears/'])(
    '%j is none',
    (uri) => {
      expect(parseLocation(uri)).toBeUndefined();
    },
  );

  it.each([' s3://lake/x/', 'S3://lake/x/', 'http://lake/x/', 's3://lake:80/x/', 's3://lake/x\n/', 's3://lake/x\u0000/', 's3://lake/x/\n'])(
    '%j is none either',
    (uri) => {
      expect(parseLocation(uri)).toBeUndefined();
    },
  );

  it('is written in one way, which is read back', () => {
    for (const place of [
      { bucket: 'lake', prefix: '' },
      { bucket: 'lake', prefix: 'fruit/Ripe pears/' },
    ])
      expect(parseLocation(locationUri(place))).toEqual(place);
  });
});
