import type {
  Dashboard,
  GraphFieldConfig,
  Panel,
  VizLegendOptions,
  VizTooltipOptions,
} from '@grafana/schema';

/** Grafana's types with the values of their enumerations in the place of their names, as its JSON has them. */
type Json<T> = T extends string
  ? `${T}`
  : T extends number
    ? number
    : T extends (infer Item)[]
      ? Json<Item>[]
      : T extends object
        ? { [Key in keyof T]: Json<T[Key]> }
        : T;

/** A dashboard as Grafana 12 reads it. */
export type DashboardJson = Json<Dashboard>;

export type PanelJson = Json<Panel>;

/** What a graph over time has in the two places that Grafana leaves to each kind of panel. */
export type GraphFieldJson = Json<GraphFieldConfig>;
export type GraphOptionsJson = {
  readonly legend: Json<VizLegendOptions>;
  readonly tooltip: Json<VizTooltipOptions>;
};
