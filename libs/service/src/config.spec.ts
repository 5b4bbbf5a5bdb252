import { ConfigurationError, printable, readConfig, secretsOf } from './config.ts';
import { SCAN_SETTINGS, STATION_SERVICE_SETTINGS } from './settings.ts';

const GOOD = { MONGODB_URI: 'mongodb://user:hush@db/mle', KAFKA_BROKERS: 'one:9092, two:9092', S3_BUCKET: 'packages' };

function faultsOf(environment: Readonly<Record<string, string>>): readonly string[] {
  try {
    readConfig(STATION_SERVICE_SETTINGS, environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.faults;
    throw error;
  }
}

describe('the configuration of a service', () => {
  it('is read from the environment, with a default for what is not set', () => {
    const config = readConfig(STATION_SERVICE_SETTINGS, { ...GOOD, MLE_SMITH_WORKERS: '3', MLE_SMITH_MICRO: 'true', S3_ENDPOINT: '', UNRELATED: 'x' });

    expect(config).toMatchObject({ kafkaBrokers: ['one:9092', 'two:9092'], workers: 3, micro: true, s3Endpoint: undefined, engine: 'rules', port: 8080 });
  });

  it('tells every fault at once, and values of secrets never', () => {
    expect(faultsOf({ MONGODB_URI: 'postgres://hush', MLE_SMITH_WORKERS: 'many', MLE_SMITH_MICRO: 'yes', MLE_SMITH_WORKER: '2' })).toEqual([
      'MLE_SMITH_WORKER: no such setting; did you mean MLE_SMITH_WORKERS?',
      expect.stringMatching(/^MONGODB_URI: the value cannot be used, /),
      'S3_BUCKET: is missing',
      'KAFKA_BROKERS: is missing',
      expect.stringMatching(/^MLE_SMITH_WORKERS: "many" cannot be used, /),
      expect.stringMatching(/^MLE_SMITH_MICRO: "yes" cannot be used, /),
    ]);
  });

  it.each([
    ['MLE_SMITH_WORKRES', '; did you mean MLE_SMITH_WORKERS?'],
    ['MLE_SMITH_WORKDIRECTORY', '; did you mean MLE_SMITH_WORK_DIRECTORY?'],
    ['MLE_SMITH_MAX_TASK', '; did you mean MLE_SMITH_MAX_TASKS?'],
    ['MLE_SMITH_NOTHING_OF_THE_KIND', ''],
  ])('tells for %s the setting that was meant%s', (variable, hint) => {
    expect(faultsOf({ ...GOOD, [variable]: '1' })).toEqual([`${variable}: no such setting${hint}`]);
  });

  it.each([
    ['MLE_SMITH_PORT', '65536'],
    ['MLE_SMITH_PORT', '80a'],
    ['MLE_SMITH_WORKERS', '0'],
    ['MLE_SMITH_WORKERS', '1.5'],
    ['MLE_SMITH_ENGINE', 'gpt'],
    ['KAFKA_BROKERS', ' , '],
    ['KAFKA_BROKERS', 'one:9092,two'],
    ['S3_ENDPOINT', 'file:///etc'],
    ['S3_ENDPOINT', 'not a url'],
    ['KAFKA_SASL_MECHANISM', 'kerberos'],
    ['MLE_SMITH_MAX_GENERATIONS', '-1'],
  ])('refuses %s=%s', (variable, value) => {
    expect(faultsOf({ ...GOOD, [variable]: value })).toEqual([expect.stringContaining(`${variable}: `)]);
  });

  it('reads prefixes with the slash at their end, and refuses any other spelling', () => {
    const read = (prefixes: string) =>
      readConfig({ ...STATION_SERVICE_SETTINGS, ...SCAN_SETTINGS }, { ...GOOD, MLE_SMITH_SCAN_PREFIXES: prefixes }).scanPrefixes;

    expect(read('s3://lake/fruit/, s3://lake/')).toEqual([
      { bucket: 'lake', prefix: 'fruit/' },
      { bucket: 'lake', prefix: '' },
    ]);
    for (const refused of ['s3://lake/fruit', 's3://lake/fruit//', 'https://lake/fruit/', 'fruit/'])
      expect(() => read(refused)).toThrow(expect.objectContaining({ faults: [expect.stringContaining('with the slash at its end')] }));
  });

  it('can be printed without its secrets', () => {
    const config = readConfig(STATION_SERVICE_SETTINGS, GOOD);

    const printed = printable(STATION_SERVICE_SETTINGS, config);

    expect(printed).toMatchObject({ MONGODB_URI: '(secret)', S3_BUCKET: 'packages', MLE_SMITH_API_KEY: null });
    expect(JSON.stringify(printed)).not.toContain('hush');
    expect(secretsOf(STATION_SERVICE_SETTINGS, config)).toEqual([GOOD.MONGODB_URI, 'hush', 'hush']);
  });

  it('are known also where a password is not percent-encoded', () => {
    const uri = 'mongodb://user:100%sure@db/mle';

    expect(secretsOf(STATION_SERVICE_SETTINGS, readConfig(STATION_SERVICE_SETTINGS, { ...GOOD, MONGODB_URI: uri }))).toEqual([uri, '100%sure', '100%sure']);
  });

  it('are known to their last @ where one in a password is not percent-encoded, and in the pieces that a driver may take for a host', () => {
    const uri = 'mongodb://user:hunt@er2:long@db,other/mle?appName=me@here';

    expect(secretsOf(STATION_SERVICE_SETTINGS, readConfig(STATION_SERVICE_SETTINGS, { ...GOOD, MONGODB_URI: uri }))).toEqual([
      uri,
      'hunt@er2:long',
      'hunt@er2:long',
      'hunt',
      'er2:long',
    ]);
  });
});
