export { createHttpShell, type HttpShell, type HttpShellOptions, type RequestNotice } from './http/http-shell.ts';
export { DEFAULT_LIMITS, type HttpLimits } from './http/http-limits.ts';
export type { HealthOptions } from './http/health.ts';
export { HttpProblem, PROBLEMS, problemDocument, type ProblemCode } from './http/problem.ts';
export { placeOf, principalOf, type Authenticate, type Principal } from './http/request-place.ts';
export type { Request, Response, Router } from 'express';
export { ConfigurationError, faultsIn, printable, readConfig, secretsOf } from './config.ts';
export {
  DATA_SETTINGS,
  GATEWAY_SERVICE_SETTINGS,
  GATEWAY_SETTINGS,
  KAFKA_SETTINGS,
  MODEL_SETTINGS,
  POD_SETTINGS,
  PROCESS_SETTINGS,
  SCAN_SETTINGS,
  SERVER_SETTINGS,
  STATION_SERVICE_SETTINGS,
  STATION_SETTINGS,
  STORE_SETTINGS,
  type ConfigOf,
  type GatewayServiceConfig,
  type Setting,
  type Settings,
  type StationServiceConfig,
} from './settings.ts';
export { listenAsTold } from './process/listen-as-told.ts';
export { privateFolders } from './process/private-folders.ts';
export { runService, SERVICE_VARIABLES, untilAborted, type Service } from './process/run-service.ts';
export { serviceVersion } from './process/service-version.ts';
export { untilReached } from './process/until-reached.ts';
export { SERVER as POD_SERVER } from './station/open-pods.ts';
export { openSandboxes, type OpenSandboxesOptions } from './station/open-sandboxes.ts';
export { serveStation } from './station/serve-station.ts';
export { holdIntake, type IntakeOptions } from './station/hold-intake.ts';
export type { Compose, StationParts } from './station/station-parts.ts';
export { kafkaConnection } from './servers/kafka-connection.ts';
export { ConsumerPulse } from './servers/consumer-pulse.ts';
export { bucketOf, openServers, type ServerConfig, type Servers } from './servers/open-servers.ts';
export { serverFaults } from './servers/server-faults.ts';
export { prepareServers, type Prepared } from './servers/prepare-servers.ts';
