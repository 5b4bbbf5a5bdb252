import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exists, runTool } from '../../processes.ts';
import { hostAddress, type KubePlace } from './place.ts';

/** The name of the one node. */
export const NODE = 'localhost';
const CURVE = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
const NAMES = ['DNS:localhost', 'DNS:kubernetes', 'DNS:kubernetes.default', 'DNS:kubernetes.default.svc', 'IP:127.0.0.1', 'IP:10.96.0.1'];
/** Who calls the API server, as user and groups. */
const CALLERS = {
  admin: ['admin', 'system:masters'],
  node: [`system:node:${NODE}`, 'system:nodes'],
  'controller-manager': ['system:kube-controller-manager', ''],
  scheduler: ['system:kube-scheduler', ''],
  proxy: ['system:kube-proxy', ''],
} as const;
type Caller = keyof typeof CALLERS;

/** Files of keys in the folder of a cluster. */
export function keyFiles(run: string) {
  const file = (name: string) => join(run, 'keys', name);
  return {
    /** Of the API server, and what clients trust. */
    certificate: file('tls.crt'),
    key: file('tls.key'),
    /** With which the API server calls the kubelet. */
    kubeletClientCertificate: file('kubelet-client.crt'),
    kubeletClientKey: file('kubelet-client.key'),
    serviceAccounts: file('service-accounts.key'),
    tokens: file('tokens.csv'),
  };
}

/** The kubeconfig of a caller. It is JSON, which is YAML too. */
export function kubeconfigOf(run: string, caller: Caller = 'admin'): string {
  return join(run, caller === 'admin' ? 'kubeconfig' : `keys/${caller}.kubeconfig`);
}

/** Where the API server of a cluster listens: where pods reach it too, or on the loopback. */
export function apiAddress(place: KubePlace): string {
  return place.services ? hostAddress(place) : '127.0.0.1';
}

/** Makes keys, tokens and kubeconfigs; does nothing where they are. */
export async function makeIdentities(run: string, place: KubePlace): Promise<void> {
  const files = keyFiles(run);
  if (await exists(files.tokens)) return;
  await mkdir(join(run, 'keys'), { recursive: true, mode: 0o700 });
  const subjects = ['-subj', '/CN=mle-smith-testbed', '-addext', `subjectAltName=${[...NAMES, `IP:${hostAddress(place)}`].join(',')}`];
  await runTool('openssl', ['req', '-x509', ...CURVE, '-days', '3650', ...subjects, '-keyout', files.key, '-out', files.certificate]);
  await makeKubeletClient(run);
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  await writeFile(files.serviceAccounts, privateKey.export({ type: 'sec1', format: 'pem' }), { mode: 0o600 });

  const authority = await readFile(files.certificate, 'base64');
  const lines: string[] = [];
  for (const [caller, [user, groups]] of Object.entries(CALLERS) as [Caller, readonly [string, string]][]) {
    const token = randomBytes(16).toString('hex');
    lines.push(`${token},${user},${user},"${groups}"\n`);
    await writeFile(kubeconfigOf(run, caller), kubeconfig(`https://${apiAddress(place)}:${place.ports.api}`, authority, user, token), { mode: 0o600 });
  }
  await writeFile(files.tokens, lines.join(''), { mode: 0o600 });
}

async function makeKubeletClient(run: string): Promise<void> {
  const files = keyFiles(run);
  const request = join(run, 'keys/kubelet-client.csr');
  await runTool('openssl', ['req', ...CURVE, '-subj', '/O=system:masters/CN=kube-apiserver', '-keyout', files.kubeletClientKey, '-out', request]);
  const signer = ['-CA', files.certificate, '-CAkey', files.key, '-CAcreateserial', '-days', '3650'];
  await runTool('openssl', ['x509', '-req', '-in', request, ...signer, '-out', files.kubeletClientCertificate]);
}

function kubeconfig(server: string, authority: string, user: string, token: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'testbed',
    clusters: [{ name: 'testbed', cluster: { server, 'certificate-authority-data': authority } }],
    users: [{ name: user, user: { token } }],
    contexts: [{ name: 'testbed', context: { cluster: 'testbed', user } }],
  });
}
