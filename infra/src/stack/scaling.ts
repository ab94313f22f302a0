import type { Rules } from '@scaling/cli/autoscale/rules';
import {
  AppautoscalingPolicy,
  AppautoscalingScheduledAction,
  AppautoscalingTarget,
  CloudwatchMetricAlarm,
  type EcsService,
} from '../aws.ts';
import { Construct } from '../cdk.ts';
import type { Site } from './site.ts';

/** A figure of CloudWatch, and where it asks for more boxes and for fewer. */
export interface Figure {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: string;
  readonly above: number;
  readonly below: number;
  /** ECS's own rule holds the figure at `above` as well; it adds only. */
  readonly tracked: boolean;
}

/** What grows and shrinks. */
export interface ScalingProps {
  readonly site: Site;
  readonly service: EcsService;
  readonly name: string;
  readonly figure: Figure;
  readonly rules: Rules;
  /** A sale that is known beforehand. */
  readonly scheduled: Rules['scheduled'];
}

const PERCENT = 100;

/** The rules of stages/scaling.yaml, as the provider follows them. */
export class Scaling extends Construct {
  readonly #of: {
    readonly serviceNamespace: string;
    readonly scalableDimension: string;
    readonly resourceId: string;
  };

  constructor(scope: Construct, { site, service, name, figure, rules, scheduled }: ScalingProps) {
    super(scope, 'scaling');
    const { here } = site;
    const target = new AppautoscalingTarget(this, 'target', {
      ...here,
      serviceNamespace: 'ecs',
      scalableDimension: 'ecs:service:DesiredCount',
      resourceId: `service/${site.cluster().name}/${service.name}`,
      minCapacity: rules.boxes.least,
      maxCapacity: rules.boxes.most,
    });
    const { serviceNamespace, scalableDimension, resourceId } = target;
    this.#of = { serviceNamespace, scalableDimension, resourceId };
    const { above, below } = rules;
    this.#step(site, name, figure, { ...above, which: 'above', share: above.add, seconds: rules.period });
    this.#step(site, name, figure, { ...below, which: 'below', share: -below.remove, seconds: rules.period });
    if (figure.tracked)
      new AppautoscalingPolicy(this, 'holds', {
        ...here,
        ...this.#of,
        name: `${name}-holds`,
        policyType: 'TargetTrackingScaling',
        targetTrackingScalingPolicyConfiguration: {
          predefinedMetricSpecification: { predefinedMetricType: 'ECSServiceAverageCPUUtilization' },
          targetValue: figure.above,
          scaleOutCooldown: above.cooldown,
          // Only the rule takes boxes away.
          disableScaleIn: true,
        },
      });
    for (const [index, { name: sale, from, until, boxes }] of scheduled.entries()) {
      const at = (id: string, moment: string, least: number): AppautoscalingScheduledAction =>
        new AppautoscalingScheduledAction(this, `sale-${index + 1}-${id}`, {
          ...here,
          ...this.#of,
          name: `${name}: ${sale}, ${id}`,
          schedule: `at(${new Date(moment).toISOString().slice(0, 19)})`,
          timezone: 'UTC',
          scalableTargetAction: { minCapacity: String(least), maxCapacity: String(rules.boxes.most) },
        });
      at('begins', from, boxes);
      at('ends', until, rules.boxes.least);
    }
  }

  #step(
    { here }: Site,
    name: string,
    figure: Figure,
    rule: Rules['above' | 'below'] & {
      readonly which: 'above' | 'below';
      readonly share: number;
      readonly seconds: number;
    },
  ): void {
    const { which, share, seconds, periods, cooldown } = rule;
    const step = new AppautoscalingPolicy(this, which, {
      ...here,
      ...this.#of,
      name: `${name}-${which}`,
      policyType: 'StepScaling',
      stepScalingPolicyConfiguration: {
        adjustmentType: 'PercentChangeInCapacity',
        metricAggregationType: 'Average',
        cooldown,
        minAdjustmentMagnitude: 1,
        stepAdjustment: [
          {
            scalingAdjustment: share * PERCENT,
            ...(which === 'above' ? { metricIntervalLowerBound: '0' } : { metricIntervalUpperBound: '0' }),
          },
        ],
      },
    });
    new CloudwatchMetricAlarm(this, `${which}-alarm`, {
      ...here,
      alarmName: `${name}-${which}`,
      alarmDescription: `${name} is ${which} what its boxes should be at`,
      namespace: figure.namespace,
      metricName: figure.metric,
      dimensions: { ...figure.dimensions },
      statistic: figure.statistic,
      period: seconds,
      evaluationPeriods: periods,
      threshold: figure[which],
      comparisonOperator: which === 'above' ? 'GreaterThanThreshold' : 'LessThanThreshold',
      treatMissingData: 'notBreaching',
      alarmActions: [step.arn],
    });
  }
}
