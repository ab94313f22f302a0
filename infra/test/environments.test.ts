import { describe, expect, it } from 'vitest';
import { STACKS, stack } from './stacks.ts';

describe.each(STACKS)('$name', ({ plan, of, text }) => {
  const { environment, blueprint } = plan;
  const guarded = environment.deletionProtection;
  const primaries = of('aws_db_instance').filter(({ is }) => is.replicate_source_db === undefined);

  it('is guarded against removal as its environment says', () => {
    for (const { is } of of('aws_db_instance')) expect(is.deletion_protection).toBe(guarded);
    for (const { is } of of('aws_lb')) expect(is.enable_deletion_protection).toBe(guarded);
    for (const { is } of of('aws_instance')) expect(is.disable_api_termination).toBe(guarded);
    for (const { is } of of('aws_s3_bucket')) expect(is.force_destroy).toBe(!guarded);
    for (const { is } of primaries) expect(is.skip_final_snapshot).toBe(!guarded);
  });

  it('has a database that stands by from the stage on that promises to survive a loss', () => {
    const standby = environment.standby && blueprint.stage.number >= 4;
    for (const { is } of primaries) expect(is.multi_az).toBe(standby);
    for (const { is } of of('aws_elasticache_replication_group'))
      expect(is).toMatchObject({
        multi_az_enabled: standby,
        automatic_failover_enabled: standby,
        num_cache_clusters: standby ? 2 : 1,
      });
  });

  it('has databases and sizes of its own, and a state of its own', () => {
    for (const { is } of of('aws_db_instance')) {
      expect(is.identifier).toMatch(new RegExp(`^${environment.name}-${blueprint.stage.number}-`));
      expect(is.instance_class).toBe(environment.sizes.db.type);
    }
    const { terraform } = JSON.parse(text) as { terraform: { backend: { s3: object } } };
    expect(terraform.backend.s3).toEqual({
      bucket: environment.state.bucket,
      region: environment.state.region,
      key: `stage-${blueprint.stage.number}/terraform.tfstate`,
      encrypt: true,
      use_lockfile: true,
    });
  });

  it('runs an image that is named by its digest, and by nothing that moves', () => {
    const images = of('aws_ecs_task_definition').flatMap(({ is }) =>
      (JSON.parse(String(is.container_definitions)) as { image: string }[]).map(({ image }) => image),
    );
    for (const image of images) expect(['${var.image}', '${local.image_in_eu}']).toContain(image);
    if (blueprint.regions.length > 1)
      expect(text).toContain('replace(var.image, \\"us-east-1\\", \\"eu-west-1\\")');
    expect(text).toContain('@sha256:');
  });
});

describe('the alarm for what a stage is named after', () => {
  const recorded = STACKS.filter(
    ({ plan }) => plan.environment.name === 'prod' && plan.blueprint.fullest !== null,
  );

  it.each(recorded)('watches in $name the box that was measured to be full', ({ name, plan, of }) => {
    const found = of('aws_cloudwatch_metric_alarm').find(({ is }) => is.alarm_name === `${name}-bottleneck`);
    const { facts, fullest } = plan.blueprint;
    expect(found?.is.alarm_description).toBe(`${facts.bottleneck}: ${fullest?.box} is full`);
  });

  it('is in a dashboard with all boxes that tell how full they are', () => {
    const [dashboard] = stack('prod-7').of('aws_cloudwatch_dashboard');
    const { widgets } = JSON.parse(String(dashboard?.is.dashboard_body)) as {
      widgets: { properties: { title?: string } }[];
    };
    const titles = widgets.flatMap(({ properties }) => properties.title ?? []);
    for (const box of [
      'app-us',
      'app-eu',
      'db-us',
      'db-eu',
      'cache-us',
      'cache-eu',
      'lb-us',
      'lb-eu',
      'edge-us',
    ])
      expect(titles.some((title) => title.startsWith(`${box},`))).toBe(true);
  });
});
