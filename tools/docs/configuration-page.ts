import {
  DATA_SETTINGS,
  GATEWAY_SETTINGS,
  MODEL_SETTINGS,
  POD_SETTINGS,
  PROCESS_SETTINGS,
  SCAN_SETTINGS,
  SERVER_SETTINGS,
  STATION_SETTINGS,
  type Setting,
  type Settings,
} from '@mle-smith/service/settings';
import { TelemetryEnvironment } from '@mle-smith/telemetry';
import { page, table } from './tables.ts';

const HEAD = ['variable', 'default', 'what it says'];

/** docs/reference/configuration.md */
export function configurationPage(): string {
  return page(
    'Configuration of services',
    'Every environment variable that a service reads. A value that cannot be used, a missing one and an unknown `MLE_SMITH_…` are told at once, and the process ends with 78; `--print-config` prints what it would run with, without secrets.',
    section('The servers', SERVER_SETTINGS),
    section('The process', PROCESS_SETTINGS),
    section('Datasets: gateway and stations', DATA_SETTINGS),
    section('Gateway', GATEWAY_SETTINGS),
    section('Stations', STATION_SETTINGS),
    section('Stations whose jobs run on Kubernetes', POD_SETTINGS),
    section('Ingest: prefixes that it watches', SCAN_SETTINGS),
    section('Stations that think', MODEL_SETTINGS),
    `## Telemetry\n\n${table(
      HEAD,
      // The name of the replica is one of the process.
      Object.entries(TelemetryEnvironment.shape)
        .filter(([variable]) => !Object.values(PROCESS_SETTINGS).some((setting) => setting.variable === variable))
        .map(([variable, shape]) => [`\`${variable}\``, shown(shape.safeParse(undefined).data), shape.description ?? '']),
    )}`,
  );
}

function section(title: string, settings: Settings): string {
  return `## ${title}\n\n${table(
    HEAD,
    Object.values(settings).map((setting) => [`\`${setting.variable}\``, defaultOf(setting), `${setting.help}${setting.secret === true ? ' (secret)' : ''}`]),
  )}`;
}

/** Defaults that differ from machine to machine are told in words by their help. */
function defaultOf({ shape, ownDefault }: Setting): string {
  if (ownDefault === true) return 'of the machine';
  const read = shape.safeParse(undefined);
  return read.success ? shown(read.data) : 'needed';
}

/** As it is written in the environment: lists with commas between, tables as `key=value`. */
function shown(value: unknown): string {
  const written =
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value)
          .map(([key, held]) => `${key}=${String(held)}`)
          .join(',')
      : String(value ?? '');
  return written === '' ? '' : `\`${written}\``;
}
