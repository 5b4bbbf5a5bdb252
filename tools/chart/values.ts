import { z } from 'zod';
import { GATEWAY, stagesByStation } from './services.ts';
import { settingFields } from './settings.ts';
import { RUNBOOKS } from '../alerts/rules.ts';
import {
  AnyObject,
  EgressRules,
  labels,
  namespaceOrNone,
  nameOrNone,
  Peers,
  PullPolicy,
  PullSecrets,
  quantity,
  repository,
  registryOrNone,
  bucketOrNone,
  digest,
  Resources,
  secretKey,
  text,
  Tolerations,
} from './shapes.ts';
import { group, leaf, overriding, type Fields, type Group } from './table.ts';
import { zoneFields } from './zone-values.ts';
import { jobFields } from './job-values.ts';

/** What each service may say for itself. */
function serviceFields(): Fields {
  return {
    replicas: leaf(
      z.int().min(1).max(100),
      1,
      'pods; what autoscaling decides where that is on. Not 0, which would stop all tasks there: `kubectl scale` pauses a service',
    ),
    shutdownSeconds: leaf(z.int().min(1).max(3600), 25, 'how long work in hand may take to finish after SIGTERM; the pod gets 15 s more'),
    resources: leaf(Resources, { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '1Gi' } }, 'requests and limits of the container'),
    workSize: leaf(
      quantity,
      '20Gi',
      'the most that the work folder takes of the node: uploads, and what is kept of the object store (MLE_SMITH_CACHE_BYTES, 10 GiB)',
    ),
    podDisruptionBudget: leaf(z.boolean(), true, 'at most one pod is taken away at a time by who empties nodes'),
    topologySpread: group('how the pods of a service are spread', {
      enabled: leaf(z.boolean(), true, 'whether they are'),
      topologyKey: leaf(text, 'kubernetes.io/hostname', 'the label of nodes that tells places apart'),
      whenUnsatisfiable: leaf(z.enum(['ScheduleAnyway', 'DoNotSchedule']), 'ScheduleAnyway', 'what happens where places are too few'),
    }),
    priorityClassName: leaf(nameOrNone, '', 'a PriorityClass'),
    nodeSelector: leaf(labels, {}, 'labels that nodes must have'),
    tolerations: leaf(Tolerations, [], 'taints of nodes that are tolerated'),
    podAnnotations: leaf(labels, {}, 'further annotations of pods'),
    podLabels: leaf(labels, {}, 'further labels of pods'),
  };
}

/** What one service says otherwise than all. */
function otherwise(help: string, fields: Fields): Group {
  return group(help, { settings: group('', settingFields('')), ...overriding(fields) });
}

/** What stations may say besides. */
function stationFields(): Fields {
  return {
    ...serviceFields(),
    autoscaling: group('pods by the length of the queue in front of the station', {
      kind: leaf(
        z.enum(['none', 'hpa', 'keda']),
        'none',
        '`keda`: a ScaledObject that asks Prometheus; `hpa`: a HorizontalPodAutoscaler on the external metric mlesmith_stage_queue_depth_max, which your adapter has to make by the rule in docs/operations/kubernetes.md',
      ),
      minReplicas: leaf(z.int().min(1).max(100), 1, 'fewest pods; not 0, since a station tells the length of its queue itself'),
      maxReplicas: leaf(z.int().min(1).max(100), 4, 'most pods'),
      queueDepthPerReplica: leaf(z.int().min(1), 10, 'subjects that wait or are at work for each pod'),
      prometheusAddress: leaf(text, '', 'where KEDA asks: http://prometheus.monitoring:9090'),
    }),
  };
}

/** Every value of the chart: values.yaml, values.schema.json and the table of its README are made from it (`npm run docs`). */
export const VALUES: Fields = {
  global: group('shared with charts around this one', {
    imageRegistry: leaf(registryOrNone, '', 'put in front of the repository of both images'),
    imagePullSecrets: leaf(PullSecrets, [], 'secrets by which images are pulled for services; `jobs.imagePullSecrets` for sandboxes'),
  }),
  nameOverride: leaf(nameOrNone, '', 'instead of the name of the chart'),
  fullnameOverride: leaf(nameOrNone, '', 'what names of objects begin with, instead of release and chart'),
  image: group('the image of all services (deploy/docker/Dockerfile, target kubernetes)', {
    repository: leaf(repository, 'mle-smith', 'its name'),
    digest: leaf(digest, '', 'needed: its digest, `sha256:…`'),
    pullPolicy: leaf(PullPolicy, 'IfNotPresent', 'when it is pulled'),
  }),
  mongodb: group('MongoDB 7 or later', {
    existingSecret: leaf(nameOrNone, '', 'needed: a secret with its URI'),
    key: leaf(secretKey, 'uri', 'the key of the URI in it'),
  }),
  kafka: group('Kafka', {
    brokers: leaf(z.array(z.string().regex(/^[^\s:]+:\d+$|^\[[0-9a-f:]+\]:\d+$/i)), [], 'needed: host:port of some brokers'),
    topicPrefix: leaf(
      z.string().regex(/^[A-Za-z0-9._-]+$/),
      'mle-smith.',
      'what names of topics and groups begin with; another one for each installation on one Kafka',
    ),
    tls: group('TLS to the brokers', {
      enabled: leaf(z.boolean(), false, 'whether it is spoken'),
      caSecret: leaf(nameOrNone, '', 'a secret with the certificates that sign the brokers’'),
      caKey: leaf(secretKey, 'ca.crt', 'their key in it'),
    }),
    sasl: group('who we are at the brokers', {
      existingSecret: leaf(nameOrNone, '', 'a secret with user and password; nobody logs in without'),
      mechanism: leaf(z.enum(['plain', 'scram-sha-256', 'scram-sha-512']), 'scram-sha-512', 'how'),
      usernameKey: leaf(secretKey, 'username', 'the key of the user in it'),
      passwordKey: leaf(secretKey, 'password', 'the key of the password in it'),
    }),
  }),
  objectStore: group('the S3-compatible store', {
    endpoint: leaf(z.string().regex(/^(https?:\/\/\S+)?$/), '', 'its address; AWS by region where it is empty'),
    region: leaf(z.string().min(1), 'us-east-1', 'its region'),
    bucket: leaf(bucketOrNone, '', 'needed: the bucket of packages'),
    prefix: leaf(text, '', 'what all keys in it begin with'),
    existingSecret: leaf(nameOrNone, '', 'a secret with an access key; without one the surroundings of the pod tell it (`serviceAccounts.annotations`)'),
    accessKeyIdKey: leaf(secretKey, 'access-key-id', 'the key of the user in it'),
    secretAccessKeyKey: leaf(secretKey, 'secret-access-key', 'the key of its key in it'),
  }),
  model: group('the endpoint of models; engine, address and name are `settings`', {
    existingSecret: leaf(nameOrNone, '', 'a secret with the key of the endpoint'),
    apiKeyKey: leaf(secretKey, 'api-key', 'its key in it'),
    headersKey: leaf(z.string().regex(/^[A-Za-z0-9._-]{0,253}$/), '', 'the key of further headers in it, one `Name: value` a line'),
    prices: leaf(
      z.record(z.string(), z.strictObject({ input: z.number().min(0), output: z.number().min(0) })),
      {},
      'model → dollars for a million tokens {input, output}',
    ),
  }),
  settings: group('settings of all services, by their names in docs/reference/configuration.md; texts, so numbers and true stand in quotes', settingFields()),
  gateway: group('who may call the gateway', {
    existingSecret: leaf(nameOrNone, '', 'needed: a secret with the file of keys; `mle-smith api-key new` makes its lines'),
    key: leaf(secretKey, 'api-keys', 'the key of the file in it'),
  }),
  defaults: group('what holds for every service that does not say otherwise', stationFields()),
  services: group('what single services say otherwise: the keys of `defaults`, and `settings`', {
    [GATEWAY]: otherwise('REST and server-sent events', serviceFields()),
    ...Object.fromEntries(Object.entries(stagesByStation()).map(([app, stages]) => [app, otherwise(`runs ${stages.join(' and ')}`, stationFields())])),
  }),
  serviceAccounts: group('accounts of services', {
    annotations: leaf(
      labels,
      {},
      'annotations of all three (of the gateway, of stations: `-stations`, of the Job before them: `-prepare`), by which a cloud lends them rights at the object store',
    ),
  }),
  zones: zoneFields(),
  jobs: jobFields(),
  admissionPolicy: group('what the API server refuses of what the stations’ account asks for', {
    enabled: leaf(
      z.boolean(),
      true,
      'whether the ValidatingAdmissionPolicy is installed; without it a stolen token of a station can start any pod that the namespaces’ pod security admits',
    ),
  }),
  networkPolicy: group('who may talk to whom', {
    enabled: leaf(z.boolean(), true, 'whether NetworkPolicies are installed; they need a network plug-in that enforces them'),
    gatewayFrom: leaf(Peers, [], 'peers that may call the gateway; everybody where it is empty'),
    metricsFrom: leaf(Peers, [], 'peers that may scrape metrics, such as the namespace of your Prometheus; nobody where it is empty'),
    egress: leaf(
      EgressRules,
      [],
      'what services may reach besides name servers and sandboxes: list MongoDB, Kafka, the object store and buckets of datasets, and where they are used the endpoint of models and the collector of OTLP. Everything where it is empty, since where your servers are is not known to the chart',
    ),
    apiServer: leaf(
      EgressRules,
      [],
      'needed where `egress` is set: rules by which stations alone reach the API server, whose addresses `kubectl get endpoints kubernetes` tells',
    ),
  }),
  metrics: group('Prometheus and Grafana', {
    runbooks: leaf(
      z.string().regex(/^[A-Za-z0-9][A-Za-z0-9:/?&=._~%@+-]*$/),
      RUNBOOKS,
      'where alerts and their dashboard send people, without what stands behind `#`: the address at which you serve this page',
    ),
    serviceMonitor: group('a ServiceMonitor of the Prometheus operator', {
      enabled: leaf(z.boolean(), false, 'whether it is installed'),
      interval: leaf(z.string().regex(/^\d+(ms|s|m)$/), '30s', 'how often metrics are scraped'),
      labels: leaf(labels, {}, 'labels by which your Prometheus finds it'),
    }),
    prometheusRule: group('recordings and alerts (deploy/prometheus) as a PrometheusRule of the Prometheus operator', {
      enabled: leaf(z.boolean(), false, 'whether it is installed'),
      labels: leaf(labels, {}, 'labels by which your Prometheus finds it'),
    }),
    dashboards: group('the dashboards (deploy/grafana), a ConfigMap each, as the sidecar of Grafana looks for them', {
      enabled: leaf(z.boolean(), false, 'whether they are installed'),
      namespace: leaf(namespaceOrNone, '', 'where the sidecar looks; the namespace of the release where it is empty'),
      labels: leaf(labels, { grafana_dashboard: '1' }, 'labels by which the sidecar finds them; a key of null removes one'),
      annotations: leaf(labels, {}, 'what the sidecar asks besides, such as the folder to put them into: `grafana_folder: MLE-Smith`'),
    }),
  }),
  prepare: group('the Job that makes indexes, topics and bucket ready before each installation and update (`mle-smith prepare`)', {
    enabled: leaf(z.boolean(), true, 'whether it runs; else run it yourself before'),
    deadlineSeconds: leaf(z.int().min(10).max(3600), 300, 'how long it may take'),
    resources: leaf(Resources, { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '1Gi' } }, 'requests and limits of its container'),
  }),
  test: group('`helm test`: one small dataset of the image through all stages', {
    existingSecret: leaf(nameOrNone, '', 'a secret with a key of the gateway, role submitter; without one only the network is looked at'),
    key: leaf(secretKey, 'api-key', 'the key of that key in it'),
    dataset: leaf(z.string().regex(/^examples\/[a-z0-9-]+$/), 'examples/penguins', 'the dataset'),
    deadlineSeconds: leaf(
      z.int().min(100).max(7200),
      290,
      'how long it may take; 40 s before, it names the stage that each task waits for. Helm itself waits for 300 s (`helm test --timeout`)',
    ),
  }),
  extraObjects: leaf(z.array(AnyObject), [], 'further objects, templates allowed: an Ingress or a Gateway route, say'),
};
