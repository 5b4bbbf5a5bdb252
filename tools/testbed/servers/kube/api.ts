import { readFile } from 'node:fs/promises';
import { request } from 'node:https';

/** An answer of the API server. */
export interface KubeAnswer {
  readonly status: number;
  /** JSON where the answer is some, else its text. */
  readonly body: unknown;
}

/** Calls the API server. Throws where it cannot be reached. */
export type KubeCall = (method: string, path: string, body?: unknown, contentType?: string) => Promise<KubeAnswer>;

/** A small client of a cluster of the test bed, by its kubeconfig; what starts a cluster needs no more. */
export async function kubeCall(kubeconfig: string): Promise<KubeCall> {
  const { clusters, users } = JSON.parse(await readFile(kubeconfig, 'utf8')) as {
    clusters: readonly [{ cluster: { server: string; 'certificate-authority-data': string } }];
    users: readonly [{ user: { token: string } }];
  };
  const { server, 'certificate-authority-data': authority } = clusters[0].cluster;
  const ca = Buffer.from(authority, 'base64');
  const authorization = `Bearer ${users[0].user.token}`;

  return (method, path, body, contentType = 'application/json') => {
    const { promise, resolve, reject } = Promise.withResolvers<KubeAnswer>();
    const headers = { authorization, ...(body === undefined ? {} : { 'content-type': contentType }) };
    const call = request(new URL(path, server), { method, ca, headers, timeout: 10_000 }, (reply) => {
      const parts: Buffer[] = [];
      reply
        .on('data', (part: Buffer) => parts.push(part))
        .on('error', reject)
        .on('end', () => {
          const text = Buffer.concat(parts).toString();
          const json = reply.headers['content-type']?.includes('json') === true;
          resolve({ status: reply.statusCode ?? 0, body: json ? JSON.parse(text) : text });
        });
    });
    call.on('error', reject).on('timeout', () => call.destroy(new Error('the API server did not answer within 10 s')));
    call.end(body === undefined ? undefined : JSON.stringify(body));
    return promise;
  };
}

/** Whether the API server takes calls. */
export async function apiReady(kubeconfig: string): Promise<boolean> {
  try {
    return (await (await kubeCall(kubeconfig))('GET', '/readyz')).status === 200;
  } catch {
    return false;
  }
}
