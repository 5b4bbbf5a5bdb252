import { isInfrastructureFault } from '@mle-smith/stage-runtime';
import { connect } from './connect.ts';

describe('an address that no driver can use', () => {
  it.each([
    ['without a user', 'mongodb://one.example:27017,two.example/mle?nothing=1', 'one.example:27017,two.example'],
    ['with a user', 'mongodb://mle:hunter2@[::1]:27017,two.example/mle?nothing=1', '[::1]:27017,two.example'],
    ['whose password holds an @', 'mongodb://mle:hun@ter2@db.example/mle?nothing=1', undefined],
    ['whose password holds an @ and a slash', 'mongodb://mle:hun@ter2/x@db.example/mle?nothing=1', undefined],
    ['whose options hold an @', 'mongodb://mle:pass@db.example/mle?nothing=1&tlsCertificateKeyFilePassword=hun@ter2', undefined],
    ['without its host', 'mongodb://mle:hunter2', undefined],
  ])('is told by its hosts %s, and never by a part of a secret', async (_, uri, hosts = 'an address that cannot be read') => {
    const error = await connect(uri).catch((thrown: unknown) => thrown as Error);

    expect((error as Error).message).toContain(`[during=connecting to ${hosts}, `);
    expect((error as Error).message).not.toContain('ter2');
  });

  it.each([
    'mongodb://',
    'mongodb:db.example/mle',
    'mongodb://mle:hun@ter2@db.example/mle',
    'mongodb://db.example:99999/mle',
    'mongodb://db.example:port/mle',
    'mongodb://db.example,/mle',
    'mongodb://db.example/?replicaSet=',
    'mongodb://db.example/?nothing=1',
  ])('is a fault of the configuration, and no server that is away: %s', async (uri) => {
    const error = await connect(uri).catch((thrown: unknown) => thrown as Error);

    expect(error).toMatchObject({ code: 'store_address', exitCode: 78 });
    expect(isInfrastructureFault(error)).toBe(false);
  });
});

describe('a connection that is not made', () => {
  it.each([
    ['is not there', 'tls=true&tlsCAFile=/nowhere/ca.pem', '/nowhere/ca.pem'],
    ['is a folder', 'tls=true&tlsCertificateKeyFile=/', 'unknown'],
  ])('is a fault of the configuration where a file of certificates %s', async (_, options, file) => {
    const error = await connect(`mongodb://mle:hunter2@db.example/mle?${options}`).catch((thrown: unknown) => thrown as Error);

    expect(error).toMatchObject({ code: 'store_file', exitCode: 78 });
    expect((error as Error).message).toContain(`[during=connecting to db.example, file=${file}, `);
    expect(isInfrastructureFault(error)).toBe(false);
  });

  it('tells what the network said, and is tried again', async () => {
    const error = await connect('mongodb://mle:hunter2@127.0.0.1:1/mle').catch((thrown: unknown) => thrown as Error);

    expect(error).toMatchObject({ code: 'store_unreachable', message: expect.stringContaining('ECONNREFUSED') as string });
    expect((error as Error).message).not.toContain('hunter2');
  });
});
