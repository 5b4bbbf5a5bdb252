import { faultOf } from './fault.ts';
import { ObjectStoreRefusedError } from './store-errors.ts';

const failure = (name: string, parts: object = {}): Error => Object.assign(new Error('of the test'), { name, ...parts });
const replied = (status: number, name = 'Unknown'): Error => failure(name, { $metadata: { httpStatusCode: status } });

describe('what a failed request means', () => {
  it.each<[string, Error, string, string]>([
    ['no connection', failure('Error', { code: 'ECONNREFUSED' }), 'passing', 'ECONNREFUSED'],
    ['a garbled reply', failure('Error', { code: 'HPE_INVALID_CONSTANT' }), 'passing', 'HPE_INVALID_CONSTANT'],
    ['silence', failure('TimeoutError'), 'passing', 'TimeoutError'],
    ['503 to HEAD', replied(503), 'passing', 'HTTP 503'],
    ['throttling', replied(503, 'SlowDown'), 'passing', 'SlowDown'],
    ['a clock that is wrong', replied(403, 'RequestTimeTooSkewed'), 'passing', 'RequestTimeTooSkewed'],
    ['writers at the same time', replied(409, 'ConditionalRequestConflict'), 'passing', 'ConditionalRequestConflict'],
    ['a reply of success that cannot be read', replied(200, 'SyntaxError'), 'passing', 'SyntaxError'],
    ['403 to HEAD', replied(403), 'refused', 'HTTP 403'],
    ['no rights', replied(403, 'AccessDenied'), 'refused', 'AccessDenied'],
    ['no bucket', replied(404, 'NoSuchBucket'), 'refused', 'NoSuchBucket'],
    ['an unknown operation', replied(501, 'NotImplemented'), 'refused', 'NotImplemented'],
    ['a certificate of nobody', failure('Error', { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }), 'refused', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ['no credentials', failure('CredentialsProviderError'), 'refused', 'CredentialsProviderError'],
  ])('%s', (_, error, kind, reason) => {
    expect(faultOf(error)).toMatchObject({ kind, reason });
  });

  it('is an answer where the server answers a question', () => {
    expect([404, 412, 416].map((status) => faultOf(replied(status)))).toEqual([404, 412, 416].map((status) => ({ kind: 'answer', status })));
  });

  it('is nothing of the network where the program is wrong', () => {
    expect(faultOf(new TypeError('x is not a function'))).toBeUndefined();
    expect(faultOf('a text')).toBeUndefined();
  });

  it('says what to do about certificates', () => {
    expect(new ObjectStoreRefusedError('get', 'https://store/bucket', 'SELF_SIGNED_CERT_IN_CHAIN').message).toContain('NODE_EXTRA_CA_CERTS');
  });
});
