import type { ServiceProcess } from './service-process.ts';

/** The port at which a service tells its metrics; it waits until there is one, which is only where telemetry is on. */
export async function metricsPortOf(service: Pick<ServiceProcess, 'said'>): Promise<number> {
  return Number((await service.said('telemetry.started')).data?.['metricsPort']);
}

/** `/metrics` of a service now. */
export async function metricsOf(service: Pick<ServiceProcess, 'said'>): Promise<string> {
  return (await fetch(`http://127.0.0.1:${await metricsPortOf(service)}/metrics`)).text();
}
