import { Failure } from '../../failure.ts';
import type { ComposeService } from '../../stage/compose-service.ts';
import type { Probe } from './plan.ts';

/**
 * A health check as the supervisor asks it. The commands of `boxes.yaml` and Prometheus' it knows how to ask without starting a
 * process: at one bash a second per box the probes alone would take some percent of the machine that is measured.
 * Any other command is run as it stands.
 */
export function probeOf(
  service: ComposeService,
  environment: Readonly<Record<string, string>>,
): Probe | null {
  const test = service.healthcheck?.test;
  if (!test || test[0] === 'NONE') return null;
  if (test[0] !== 'CMD')
    throw new Failure(`${service.name}: write the health check as [CMD, …].`, { where: service.where });
  const argv = test.slice(1);
  if (argv[0] === 'bash' && argv[2]?.includes('/dev/tcp/$BOX_ADDRESS/$PROBE_PORT')) {
    return { kind: 'http', port: Number(environment.PROBE_PORT), path: environment.PROBE_PATH ?? '/' };
  }
  if (argv[0] === 'bash' && argv[2]?.includes('/dev/tcp/$BOX_ADDRESS/9092'))
    return { kind: 'kafka', port: 9092 };
  if (argv[0]?.endsWith('/pg_isready')) {
    const value = (flag: string): string | undefined =>
      argv.find((word) => word.startsWith(`--${flag}=`))?.slice(flag.length + 3);
    return {
      kind: 'postgres',
      port: Number(value('port') ?? 5432),
      user: value('username') ?? 'postgres',
      database: value('dbname') ?? 'postgres',
    };
  }
  const asked = argv[0] === 'wget' ? /^http:\/\/127\.0\.0\.1:(\d+)(\/.*)$/.exec(argv.at(-1) ?? '') : null;
  if (asked) return { kind: 'http', port: Number(asked[1]), path: asked[2] ?? '/' };
  if (argv[0] === 'redis-cli' && argv.at(-1) === 'ping') return { kind: 'redis', port: 6379 };
  return { kind: 'command', argv };
}
