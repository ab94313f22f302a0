import type { ComposeFile } from '../stage/compose-service.ts';
import type { DashboardJson, GraphFieldJson, GraphOptionsJson, PanelJson } from './grafana-json.ts';
import { panelsOf } from './panels/index.ts';
import type { Panel, Query } from './panels/panel.ts';

/** As `stages/observe/grafana/provisioning/datasources` calls it. */
const DATASOURCE = { type: 'prometheus', uid: 'prometheus' };
/** Grafana's grid is 24 wide. */
const PANEL = { w: 12, h: 8 };
const HEADING_HEIGHT = 3;

/**
 * A stage's dashboard, in Grafana's own JSON (schema version 41, Grafana 12). Made from the stage's file each time it is
 * started: a box that is added to a stage is seen, and what the stage has not is not asked for.
 */
export function dashboard(stage: number, file: Pick<ComposeFile, 'services' | 'facts'>): DashboardJson {
  const { title, bottleneck, cure } = file.facts;
  return {
    uid: `stage-${stage}`,
    title: `Stage ${stage}: ${title}. What limited before: ${bottleneck}`,
    tags: ['scaling'],
    schemaVersion: 41,
    editable: false,
    graphTooltip: 1,
    refresh: '5s',
    time: { from: 'now-10m', to: 'now' },
    timepicker: { refresh_intervals: ['5s', '10s', '30s'] },
    templating: { list: [] },
    annotations: { list: [] },
    panels: [
      heading(
        `**Bottleneck** ${bottleneck} · **Cure** ${cure}\n\nLooking costs the boxes a little: a figure taken meanwhile says “observed”.`,
      ),
      ...panelsOf(file).map(graph),
    ],
  };
}

function heading(content: string): PanelJson {
  return {
    id: 1,
    type: 'text',
    title: '',
    transparent: true,
    gridPos: { x: 0, y: 0, w: 24, h: HEADING_HEIGHT },
    options: { mode: 'markdown', content },
  };
}

function graph(panel: Panel, index: number): PanelJson {
  const options: GraphOptionsJson = {
    legend: { showLegend: true, displayMode: 'list', placement: 'right', calcs: [] },
    tooltip: { mode: 'multi', sort: 'desc' },
  };
  return {
    id: index + 2,
    type: 'timeseries',
    title: panel.title,
    description: panel.about,
    datasource: DATASOURCE,
    gridPos: {
      x: (index % 2) * PANEL.w,
      y: HEADING_HEIGHT + Math.floor(index / 2) * PANEL.h,
      ...PANEL,
    },
    fieldConfig: fieldConfig(panel),
    options: { ...options },
    targets: panel.queries.map(target),
  };
}

function fieldConfig({ unit, line }: Panel): Required<PanelJson>['fieldConfig'] {
  const none = { color: 'transparent', value: null };
  const custom: GraphFieldJson = {
    lineWidth: 1,
    fillOpacity: 0,
    // A value that is missing is not drawn over.
    spanNulls: false,
    thresholdsStyle: { mode: line === undefined ? 'off' : 'dashed' },
  };
  const steps = line === undefined ? [none] : [none, { color: 'red', value: line }];
  const defaults = { unit, min: 0, custom: { ...custom }, thresholds: { mode: 'absolute', steps } } as const;
  return { defaults, overrides: [] };
}

function target({ expr, legend }: Query, index: number): Record<string, unknown> {
  return {
    refId: String.fromCharCode('A'.charCodeAt(0) + index),
    datasource: DATASOURCE,
    expr,
    legendFormat: legend,
    range: true,
  };
}
