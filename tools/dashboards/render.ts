import { PanelBuilder as BarGauge } from '@grafana/grafana-foundation-sdk/bargauge';
import {
  BigValueColorMode,
  ReduceDataOptionsBuilder,
  VizLegendOptionsBuilder,
  LegendDisplayMode,
  LegendPlacement,
  VizOrientation,
} from '@grafana/grafana-foundation-sdk/common';
import {
  DashboardBuilder,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
  TextBoxVariableBuilder,
  VariableRefresh,
  VariableSort,
  type Dashboard,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as Stat } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeSeries } from '@grafana/grafana-foundation-sdk/timeseries';
import type { Board, Choice, Panel, Query, View } from './board.ts';
import { layOut } from './layout.ts';
import { INSTALLATION, series } from './promql.ts';

const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };
const TAG = 'mle-smith';

/** What fills each variable. */
export const VARIABLES: Readonly<Record<'cluster' | 'namespace' | Choice, { readonly label: string; readonly query: string }>> = {
  cluster: { label: 'Cluster', query: 'label_values(mlesmith_build_info, cluster)' },
  namespace: { label: 'Namespace', query: 'label_values(mlesmith_build_info{cluster=~"$cluster"}, namespace)' },
  stage: { label: 'Stage', query: `label_values(${series('mlesmith_stage_queue_depth')}, stage)` },
  model: { label: 'Model', query: `label_values(mlesmith_llm_tokens_total{${INSTALLATION}}, model)` },
};

/** A board as Grafana reads it: no number that a server gave, nothing that differs from one writing to the next. */
export function dashboardOf(board: Board): Dashboard {
  const builder = new DashboardBuilder(`MLE-Smith: ${board.title}`)
    .id(null)
    .uid(board.uid)
    .description(board.question)
    .tags([TAG])
    .readonly()
    .refresh('30s')
    .time({ from: 'now-6h', to: 'now' })
    .timezone('browser')
    .link(new DashboardLinkBuilder('MLE-Smith').type(DashboardLinkType.Dashboards).tags([TAG]).asDropdown(true).includeVars(true).keepTime(true))
    .withVariable(new DatasourceVariableBuilder('datasource').label('Prometheus').type('prometheus'));
  for (const name of ['cluster', 'namespace', ...board.choices] as const) builder.withVariable(variable(name));
  for (const [name, { label, initial }] of Object.entries(board.texts ?? {}))
    builder.withVariable(new TextBoxVariableBuilder(name).label(label).defaultValue(initial).current({ text: initial, value: initial }));
  let id = 0;
  for (const { title, place, panels } of layOut(board.rows)) {
    builder.withRow(new RowBuilder(title).id((id += 1)).gridPos(place));
    for (const each of panels)
      builder.withPanel(
        panelOf(each.panel)
          .id((id += 1))
          .gridPos(each.place),
      );
  }
  return builder.build();
}

function variable(name: keyof typeof VARIABLES): QueryVariableBuilder {
  const { label, query } = VARIABLES[name];
  return (
    new QueryVariableBuilder(name)
      .label(label)
      .datasource(DATASOURCE)
      .query({ query, refId: name })
      .refresh(VariableRefresh.OnTimeRangeChanged)
      .sort(VariableSort.AlphabeticalAsc)
      .multi(true)
      .includeAll(true)
      // Also what has no such label, as an installation without clusters.
      .allValue('.*')
      .current({ selected: true, text: ['All'], value: ['$__all'] })
  );
}

type Builder = TimeSeries | Stat | BarGauge | Table;

function panelOf(panel: Panel): Builder {
  const { title, description, unit, emptyWhere, view, link } = panel;
  const told = emptyWhere === undefined ? description : `${description} Empty where ${emptyWhere}.`;
  const builder: Builder = builderOf(view).title(title).description(told).unit(unit).datasource(DATASOURCE);
  if (link !== undefined) builder.dataLinks([new DashboardLinkBuilder(link.title).type(DashboardLinkType.Link).url(link.url).targetBlank(true)]);
  for (const [place, query] of panel.queries.entries()) builder.withTarget(target(query, view, place));
  return builder;
}

function builderOf(view: View): Builder {
  const last = new ReduceDataOptionsBuilder().calcs(['lastNotNull']);
  switch (view) {
    case 'time':
      return new TimeSeries().min(0).fillOpacity(10).legend(legend());
    case 'number':
      return new Stat().reduceOptions(last).colorMode(BigValueColorMode.None);
    case 'bars':
      return new BarGauge().reduceOptions(last).orientation(VizOrientation.Horizontal).min(0);
    case 'table':
      return new Table();
  }
}

function legend(): VizLegendOptionsBuilder {
  return new VizLegendOptionsBuilder().displayMode(LegendDisplayMode.List).placement(LegendPlacement.Bottom).showLegend(true);
}

function target({ expr, legend: name }: Query, view: View, place: number): DataqueryBuilder {
  const query = new DataqueryBuilder()
    .datasource(DATASOURCE)
    .expr(expr)
    .legendFormat(name)
    .refId(String.fromCharCode(65 + place));
  if (view === 'time') return query.range();
  return view === 'table' ? query.instant().format(PromQueryFormat.Table) : query.instant();
}
