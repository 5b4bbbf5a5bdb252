import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeServer } from '../describe-server.ts';
import { runTool } from '../processes.ts';
import { kubeCall, type KubeCall } from './kube/api.ts';
import { leavePlace, takePlace } from './kube/place.ts';
import { servicesImage } from './kube/services-image.ts';
import { ended, running, SpecJobs } from './kube/testing/jobs.ts';

/** An image is packed once and unpacked on the node. */
const IMAGE_MS = 240_000;
const POD_MS = 60_000;
const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
const SERVE = `node -e 'require("http").createServer((_, reply) => reply.end("from a pod")).listen(8080)'`;
/** Asks a Service by its short name until it answers, and the API server by its name and by its address as whoever it is. */
const ASK = `export NODE_EXTRA_CA_CERTS=${ACCOUNT}/ca.crt; node -e '
const authorization = "Bearer " + require("fs").readFileSync("${ACCOUNT}/token", "utf8");
const body = JSON.stringify({ apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" });
const who = (host) => fetch("https://" + host + "/apis/authentication.k8s.io/v1/selfsubjectreviews", { method: "POST", headers: { authorization, "content-type": "application/json" }, body });
const speaker = () => fetch("http://speaker").then((reply) => reply.text(), () => new Promise((resolve) => setTimeout(resolve, 100)).then(speaker));
(async () => {
  console.log(await speaker());
  for (const host of ["kubernetes.default.svc", process.env.KUBERNETES_SERVICE_HOST]) console.log((await (await who(host)).json()).status.userInfo.username);
})();
'`;

await describeServer('a Kubernetes with Services', 'kube-services', (server) => {
  if (server.pid === undefined) {
    it.skip('is one of the test bed: KUBE_SERVICES_CONFIG names another', () => undefined);
    return;
  }
  let call: KubeCall;
  let jobs: SpecJobs;
  let image: string;
  beforeAll(async () => {
    image = await servicesImage(server);
    call = await kubeCall(server.address);
    jobs = await SpecJobs.in(call, `services-${randomUUID().slice(0, 8)}`);
  }, IMAGE_MS);
  afterAll(() => jobs?.remove());

  it(
    'lets pods reach a Service by its name, and the API server with their account',
    async () => {
      const settings = { image, runtimeClass: server.details['runtimeClass'] ?? '', memory: '256Mi' };
      const service = { metadata: { name: 'speaker' }, spec: { selector: { 'job-name': 'speaker' }, ports: [{ port: 80, targetPort: 8080 }] } };
      await call('POST', `/api/v1/namespaces/${jobs.namespace}/services`, service);
      await jobs.create('speaker', SERVE, settings);
      await jobs.podThat('speaker', running, POD_MS);
      await jobs.create('asker', ASK, { ...settings, token: true });

      const pod = await jobs.podThat('asker', ended, POD_MS);

      const me = `system:serviceaccount:${jobs.namespace}:default\n`;
      expect(await jobs.logOf(pod)).toBe(`from a pod\n${me}${me}`);
    },
    2 * POD_MS,
  );
});

(process.getuid?.() === 0 ? describe : describe.skip)('the network of Services', () => {
  it('is gone with the place of its cluster', async () => {
    const run = await mkdtemp(join(tmpdir(), 'mle-smith-router-'));
    const links = async (id: string): Promise<number> => {
      const said = (await runTool('ip', ['-o', 'link'])) + (await runTool('ip', ['netns', 'list']));
      return said.split('\n').filter((line) => line.includes(id)).length;
    };
    const place = await takePlace(run, true);
    const before = await links(place.id);

    await leavePlace(place);

    await rm(run, { recursive: true });
    // Bridge, link, network.
    expect([before, await links(place.id)]).toEqual([3, 0]);
  });
});
