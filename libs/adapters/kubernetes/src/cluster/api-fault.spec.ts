import { ApiException } from '@kubernetes/client-node';
import { faultOf } from './api-fault.ts';

const reply = (status: number, reason = '', message = '', headers: Record<string, string> = {}): Error =>
  new ApiException(status, 'Unknown API Status Code!', JSON.stringify({ kind: 'Status', reason, message }), headers);
const network = (code: string): Error => new TypeError('fetch failed', { cause: Object.assign(new Error('of the test'), { code }) });

describe('what a failed call to the API server means', () => {
  it.each<[string, Error, string]>([
    ['too many requests', reply(429, 'TooManyRequests'), 'passing'],
    ['a fault of the server', reply(500, 'InternalError', 'etcdserver: leader changed'), 'passing'],
    ['a server that starts', reply(503, 'ServiceUnavailable'), 'passing'],
    ['a gateway', reply(504), 'passing'],
    ['a page of a proxy', new ApiException(502, '', '<html>bad gateway</html>', {}), 'passing'],
    ['writers at the same time', reply(409, 'Conflict', 'the object has been modified'), 'passing'],
    ['a list that is too old', reply(410, 'Expired'), 'passing'],
    ['a reply that cannot be read', new SyntaxError('Unexpected end of JSON input'), 'passing'],
    ['silence', new DOMException('of the test', 'TimeoutError'), 'passing'],
    ['no connection', network('ECONNREFUSED'), 'passing'],
    ['a connection that breaks', network('UND_ERR_SOCKET'), 'passing'],
    ['a name that is not found now', network('EAI_AGAIN'), 'passing'],
    ['a quota', reply(403, 'Forbidden', 'jobs.batch "x" is forbidden: exceeded quota: q, requested: count/jobs.batch=1'), 'quota'],
    ['one that is there', reply(409, 'AlreadyExists', 'jobs.batch "x" already exists'), 'exists'],
    ['one that is not there', reply(404, 'NotFound'), 'missing'],
    ['one that is another now', reply(409, 'Conflict', 'Precondition failed: UID in precondition: a, UID in object meta: b'), 'missing'],
    ['no rights', reply(403, 'Forbidden', 'cannot create resource "jobs"'), 'refused'],
    ['no credentials', new ApiException(401, 'Unauthorized', undefined, {}), 'refused'],
    ['a request that is no request', reply(400, 'BadRequest'), 'refused'],
    ['a manifest that is none', reply(422, 'Invalid'), 'refused'],
    ['a certificate of nobody', network('SELF_SIGNED_CERT_IN_CHAIN'), 'refused'],
  ])('%s', (_, error, kind) => {
    expect(faultOf(error)).toMatchObject({ kind });
  });

  it.each<[string, Error]>([
    ['503', reply(503)],
    ['403', reply(403, 'Forbidden', 'cannot create resource "jobs"')],
    ['no_reply', new DOMException('of the test', 'TimeoutError')],
    ['no_connection', network('ECONNREFUSED')],
    ['cut_short', new SyntaxError('Unexpected end of JSON input')],
    ['not_trusted', network('SELF_SIGNED_CERT_IN_CHAIN')],
  ])('is told as %s where there is no use in the answer', (code, error) => {
    expect(faultOf(error)).toMatchObject({ code });
  });

  it('is nothing of the network where the program is wrong', () => {
    expect(faultOf(new TypeError('x is not a function'))).toBeUndefined();
    expect(faultOf('a text')).toBeUndefined();
  });

  it('keeps how long the server asks to wait', () => {
    expect(faultOf(reply(429, '', '', { 'retry-after': '7' }))).toMatchObject({ retryAfterMs: 7_000 });
    expect(faultOf(reply(503))).toMatchObject({ retryAfterMs: undefined });
  });

  it('keeps what the server says and nothing of its headers', () => {
    const said = JSON.stringify(faultOf(reply(403, 'Forbidden', 'no', { 'audit-id': 'secret' })));

    expect(said).toContain('Forbidden: no');
    expect(said).not.toContain('secret');
  });
});
