import type { Board } from '../board.ts';
import { INSTALLATION, largest, quantile, rate, recordings, series, smallest } from '../promql.ts';

export const SERVICE_BOARD: Board = {
  uid: 'mle-smith-service',
  title: 'Services and Node',
  question: 'Is each process there, which version is it, and has it the memory and the processor that it needs?',
  choices: [],
  rows: [
    {
      title: 'What runs',
      panels: [
        {
          title: 'Versions',
          description: 'Processes by what they were built from. More than one version stands here only while an update rolls out.',
          view: 'table',
          unit: 'short',
          queries: [{ expr: `count by (job, version, commit) (${series('mlesmith_build_info')})`, legend: '{{job}} {{version}}' }],
        },
        {
          title: 'Scrapes',
          description: '1 where the last scrape was answered. 0: the process is gone, hangs, or its port of metrics is taken.',
          view: 'time',
          unit: 'short',
          queries: [{ expr: `min by (job, instance) (up{${INSTALLATION}})`, legend: '{{job}} {{instance}}' }],
        },
        {
          title: 'Age of processes',
          description: 'Lines that fall back to 0 again and again belong to a service that crashes.',
          view: 'time',
          unit: 's',
          queries: [{ expr: `time() - ${largest('process_start_time_seconds', ['job', 'instance'])}`, legend: '{{job}} {{instance}}' }],
        },
        {
          title: 'Warnings of telemetry',
          description: 'Each second: a collector that is away, a label outside of its set. Work goes on; what is shown may lack something.',
          view: 'time',
          unit: 'short',
          queries: [{ expr: rate('mlesmith_telemetry_warnings_total', ['code']), legend: '{{code}}' }],
        },
      ],
    },
    {
      title: 'Node',
      panels: [
        {
          title: 'Processors',
          description: 'What each process keeps busy, its sandboxes left out. A whole one for long: the process itself is the bottleneck.',
          view: 'time',
          unit: 'short',
          queries: [{ expr: rate('process_cpu_seconds_total', ['job', 'instance']), legend: '{{job}} {{instance}}' }],
        },
        {
          title: 'Memory',
          description: 'Of each process, its sandboxes left out.',
          view: 'time',
          unit: 'bytes',
          queries: [{ expr: largest('process_resident_memory_bytes', ['job', 'instance']), legend: '{{job}} {{instance}}' }],
        },
        {
          title: 'Heap',
          description: 'Part of the heap that is in use. At 1 the process dies.',
          view: 'time',
          unit: 'percentunit',
          queries: [
            {
              expr: `${largest('nodejs_heap_used_bytes', ['job', 'instance'])} / ${smallest('nodejs_heap_limit_bytes', ['job', 'instance'])}`,
              legend: '{{job}} {{instance}}',
            },
          ],
        },
        {
          title: 'Event loop: longest lateness',
          description: 'Since the scrape before. Seconds: leases are renewed late, and consumers miss their time.',
          view: 'time',
          unit: 's',
          queries: [{ expr: largest('nodejs_eventloop_lag_max_seconds', ['job', 'instance']), legend: '{{job}} {{instance}}' }],
        },
        {
          title: 'Event loop: part of the time at work',
          description: 'Near 1 for long: the process can do no more.',
          view: 'time',
          unit: 'percentunit',
          queries: [{ expr: largest('nodejs_eventloop_utilization_ratio', ['job', 'instance']), legend: '{{job}} {{instance}}' }],
        },
      ],
    },
    {
      title: 'The gateway',
      panels: [
        {
          title: 'Requests by status',
          description: 'Each second, health checks and scrapes left out. 429 are callers beyond their limit, 503 servers that are away.',
          view: 'time',
          unit: 'short',
          queries: [{ expr: recordings('http_server_request_duration_seconds', ['http_response_status_code']), legend: '{{http_response_status_code}}' }],
        },
        {
          title: 'Time of a request at 95 %',
          description: 'By route.',
          view: 'time',
          unit: 's',
          queries: [
            {
              expr: quantile(0.95, 'http_server_request_duration_seconds', ['http_request_method', 'http_route']),
              legend: '{{http_request_method}} {{http_route}}',
            },
          ],
        },
      ],
    },
  ],
};
