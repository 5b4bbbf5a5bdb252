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
