import { CloudwatchDashboard, CloudwatchMetricAlarm } from '../aws.ts';
import { Construct } from '../cdk.ts';
import { DOOR } from './door.ts';
import type { Gauge, Platform } from './platform.ts';

/** A graph's size on a dashboard that is 24 wide. */
const GRAPH = { width: 8, height: 6 };
const PER_ROW = 3;
const PERIOD = 60;
/** Of the shop's SLO: errors below 0.1 %, P95 within 200 ms. */
const SLO = { seconds: 0.2 };

/** metrics → a dashboard with a graph a box, and alarms: the box that the stage is named after, and what visitors notice. */
export class Monitor extends Construct {
  constructor(scope: Construct, platform: Platform) {
    super(scope, 'monitor');
    const { blueprint, prefix, made } = platform;
    const { facts, fullest } = blueprint;
    const gauges = [...made].flatMap(([name, { gauge }]) => (gauge === undefined ? [] : [{ name, gauge }]));
    const measured =
      fullest === null
        ? 'not measured'
        : `${fullest.box} at ${Math.round(fullest.share * 100)} % of its quota`;
    new CloudwatchDashboard(this, 'dashboard', {
      ...[...platform.sites.values()][0]?.here,
      dashboardName: prefix,
      dashboardBody: JSON.stringify({
        widgets: [
          {
            type: 'text',
            x: 0,
            y: 0,
            width: 24,
            height: 2,
            properties: {
              markdown: `## ${facts.title}\nBottleneck: ${facts.bottleneck}. Fullest when measured: ${measured}.`,
            },
          },
          ...gauges.map(({ name, gauge }, index) => ({
            type: 'metric',
            x: (index % PER_ROW) * GRAPH.width,
            y: 2 + Math.floor(index / PER_ROW) * GRAPH.height,
            ...GRAPH,
            properties: {
              title: `${name}, ${gauge.unit}`,
              region: gauge.site.awsRegion,
              period: PERIOD,
              stat: gauge.statistic,
              metrics: [[gauge.namespace, gauge.metric, ...Object.entries(gauge.dimensions).flat()]],
              annotations: { horizontal: [{ label: 'full', value: gauge.full }] },
            },
          })),
        ],
      }),
    });
    const bottleneck = gauges.find(({ name }) => name === fullest?.box);
    if (bottleneck !== undefined)
      this.#alarm(
        'bottleneck',
        `${prefix}-bottleneck`,
        bottleneck.gauge,
        `${facts.bottleneck}: ${bottleneck.name} is full`,
      );
    for (const { name, gauge } of gauges) {
      if (gauge.namespace !== 'AWS/ApplicationELB') continue;
      const where = name === DOOR ? 'the door' : name;
      this.#alarm(
        `${name}-slow`,
        `${prefix}-${name}-slow`,
        { ...gauge, full: SLO.seconds },
        `P95 behind ${where} is above 200 ms`,
      );
      const failing = { ...gauge, metric: 'HTTPCode_Target_5XX_Count', statistic: 'Sum', full: 0 };
      this.#alarm(`${name}-fails`, `${prefix}-${name}-fails`, failing, `Answers behind ${where} fail`);
    }
  }

  #alarm(id: string, alarmName: string, gauge: Gauge, description: string): void {
    const { namespace, metric, dimensions, statistic, full, site } = gauge;
    new CloudwatchMetricAlarm(this, id, {
      ...site.here,
      alarmName,
      alarmDescription: description,
      namespace,
      metricName: metric,
      dimensions: { ...dimensions },
      ...(statistic.startsWith('p') ? { extendedStatistic: statistic } : { statistic }),
      period: PERIOD,
      evaluationPeriods: 5,
      datapointsToAlarm: 3,
      threshold: full,
      comparisonOperator: 'GreaterThanThreshold',
      treatMissingData: 'notBreaching',
      alarmActions: [site.topic.arn],
      okActions: [site.topic.arn],
    });
  }
}
