// What a pod can reach that may reach nobody: the API server, which every pod knows the address of.
const { connect } = require('node:net');

const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port, NETWORK_ENFORCED: enforced } = process.env;
const TRIES = 12;
const IN_A_ROW = 3;

const look = () =>
  new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.setTimeout(3000, () => socket.destroy(new Error('timed out')));
    socket.on('connect', () => socket.destroy() && resolve(undefined));
    socket.on('error', (error) => resolve(error.code ?? error.message));
  });

(async () => {
  // A policy may take hold some seconds after its pod has started, and a network may come up after it.
  let closed = 0;
  let why;
  for (let tries = 0; tries < TRIES && closed < IN_A_ROW; tries += 1) {
    why = await look();
    closed = why === undefined ? 0 : closed + 1;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  if (closed === IN_A_ROW) return console.log(`closed: ${why}. The network plug-in enforces NetworkPolicy${enforced === 'true' ? '' : ': look at both namespaces of sandboxes as well, then set jobs.networkEnforced'}`);
  console.log(`OPEN: a pod that may reach nobody has reached ${host}:${port}. The network plug-in does not enforce NetworkPolicy: candidates can call out`);
  if (enforced !== 'true') return console.log('jobs.networkEnforced is false, and verdicts say so');
  console.log('jobs.networkEnforced is true, and verdicts call sandboxes closed that are open: set it to false, or install a plug-in that enforces NetworkPolicy');
  process.exitCode = 1;
})();
