import { readRules } from '@scaling/cli/autoscale/rules';
import { describe, expect, it } from 'vitest';
import { STACKS, stack } from './stacks.ts';

const rules = await readRules();

/** Those of a service, by the end of their name. */
function policies(name: string, service: string): Record<string, Readonly<Record<string, unknown>>> {
  const prefix = `${name}-${service}-`;
  const its = stack(name)
    .of('aws_appautoscaling_policy')
    .filter(({ is }) => String(is.name).startsWith(prefix));
  return Object.fromEntries(its.map(({ is }) => [String(is.name).slice(prefix.length), is]));
}

function alarm(name: string, alarmName: string): Readonly<Record<string, unknown>> | undefined {
  return stack(name)
    .of('aws_cloudwatch_metric_alarm')
    .find(({ is }) => is.alarm_name === alarmName)?.is;
}

describe('the rules of stages/scaling.yaml', () => {
  it('are: above 60 % half as many again, below 20 % for five minutes half of them away', () => {
    expect(alarm('prod-3', 'prod-3-app-above')).toMatchObject({
      namespace: 'AWS/ECS',
      metric_name: 'CPUUtilization',
      statistic: 'Average',
      threshold: 60,
      period: 60,
      evaluation_periods: 1,
      comparison_operator: 'GreaterThanThreshold',
    });
    expect(alarm('prod-3', 'prod-3-app-below')).toMatchObject({
      threshold: 20,
      period: 60,
      evaluation_periods: 5,
    });
    const { above, below, holds } = policies('prod-3', 'app');
    const step = (adjustment: object, cooldown: number): object => ({
      policy_type: 'StepScaling',
      step_scaling_policy_configuration: {
        adjustment_type: 'PercentChangeInCapacity',
        cooldown,
        min_adjustment_magnitude: 1,
        step_adjustment: [adjustment],
      },
    });
    expect(above).toMatchObject(
      step({ scaling_adjustment: 50, metric_interval_lower_bound: '0' }, rules.above.cooldown),
    );
    expect(below).toMatchObject(
      step({ scaling_adjustment: -50, metric_interval_upper_bound: '0' }, rules.below.cooldown),
    );
    expect(holds).toMatchObject({
      policy_type: 'TargetTrackingScaling',
      target_tracking_scaling_policy_configuration: { target_value: 60, disable_scale_in: true },
    });
  });

  it('bound how many there are, and have more of them for a sale that is known', () => {
    const { of } = stack('prod-3');
    expect(of('aws_appautoscaling_target')[0]?.is).toMatchObject({
      min_capacity: rules.boxes.least,
      max_capacity: rules.boxes.most,
    });
    const actions = of('aws_appautoscaling_scheduled_action').map(({ is }) => is);
    expect(actions).toHaveLength(2 * rules.scheduled.length);
    // 11:45 in Central Europe.
    expect(actions[0]).toMatchObject({
      schedule: 'at(2026-11-27T10:45:00)',
      timezone: 'UTC',
      scalable_target_action: { min_capacity: '6', max_capacity: '6' },
    });
    expect(actions[1]).toMatchObject({
      schedule: 'at(2026-11-27T13:00:00)',
      scalable_target_action: { min_capacity: '2' },
    });
  });

  it.each(STACKS)('are for those boxes of $name of which there may be several', ({ plan, of }) => {
    const scaled = plan.blueprint.boxes.filter(
      ({ kind, service }) => ['app', 'worker'].includes(kind) && service.scalable,
    );
    const targets = of('aws_appautoscaling_target').map(({ is }) => String(is.resource_id));
    expect(targets).toHaveLength(scaled.length);
    for (const { name } of scaled)
      expect(targets.some((id) => id.includes(`_${name.replaceAll('-', '_')}_`))).toBe(true);
  });

  it('let workers grow by how far they are behind', () => {
    expect(alarm('prod-8', 'prod-8-worker-above')).toMatchObject({
      namespace: 'AWS/Kafka',
      metric_name: 'EstimatedMaxTimeLag',
      dimensions: { 'Cluster Name': 'prod-8-broker', 'Consumer Group': 'mail', Topic: 'sales' },
    });
    expect(policies('prod-8', 'worker').holds).toBeUndefined();
  });
});
