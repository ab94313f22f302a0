import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { ComposeService } from '../../src/stage/compose-service.ts';
import { INNER_PORT, publishedSite, SITE_PORTS } from '../../src/stage/published-site.ts';
import { listStages, readStage } from '../../src/stage/stages.ts';

/** What a box of these kinds answers at its published ports is no page of the shop. */
const NO_SITE = [8025, 8404];
/** Stages without a load balancer: the app itself is published. */
const UNLIMITED = [1, 2];

const stages = await listStages();

/** The configuration of a box's proxy. */
async function configurationOf({ name, volumes }: ComposeService): Promise<string> {
  const mounted = volumes.find(({ target }) => /haproxy\.cfg$|nginx\.conf\.template$/.test(target));
  if (mounted === undefined) throw new Error(`${name} has no configuration of a proxy`);
  return await readFile(mounted.source, 'utf8');
}

function expectLimitsOfHaproxy(text: string, target: number): void {
  expect(text).toContain(`bind "\${BOX_ADDRESS}:${target}"`);
  const [, limited = ''] = /^ {2}acl public dst_port (.+)$/m.exec(text) ?? [];
  expect(limited.split(' ')).toContain(String(target));
  for (const rule of [
    /^ {2}tcp-request connection track-sc0 src if public$/m,
    /^ {2}tcp-request connection reject if public \{ sc_conn_cur\(0\) gt \d+ \}$/m,
    /^ {2}http-request tarpit deny_status 429 .* hdr Retry-After \d+ .* if public \{ sc_gpc_rate\(0,0\) ge "\$\{CLIENT_REQUESTS\}" \}$/m,
    /^ {2}http-request tarpit deny_status 429 .* hdr Retry-After \d+ .* if public writing \{ sc_gpc_rate\(1,0\) ge "\$\{CLIENT_WRITES\}" \}$/m,
  ])
    expect(text).toMatch(rule);
}

function expectLimitsOfNginx(text: string, target: number): void {
  for (const rule of [
    `listen \${BOX_ADDRESS}:${target};`,
    `map $server_port $client { default ''; ${target} $binary_remote_addr; }`,
    `map $server_port:$request_method $writer { default ''; ~^${target}:(POST|DELETE)$ $binary_remote_addr; }`,
    'limit_req zone=requests burst=199 nodelay;',
    'limit_req zone=writes burst=19 nodelay;',
    'limit_req_status 429;',
  ])
    expect(text).toContain(rule);
}

describe.each(stages.map(({ number }) => [number] as const))('the published sites of stage %i', (number) => {
  it('are known as such, and the entry is one of them', async () => {
    const file = await readStage(number);
    expect(publishedSite(file, file.facts.entry)?.published).toBe(8000 + number);
    for (const region of Object.values(file.facts.regions ?? {})) {
      const [service = '', port] = region.split(':');
      expect([region, publishedSite(file, service, Number(port))]).toEqual([region, expect.anything()]);
    }
    const targets = Object.values(file.services).flatMap(({ ports }) => ports.map(({ target }) => target));
    for (const target of targets) expect([...SITE_PORTS, ...NO_SITE]).toContain(target);
  });

  it.skipIf(UNLIMITED.includes(number))('lead to ports with limits for each client', async () => {
    const { services } = await readStage(number);
    const sites = Object.values(services).flatMap((service) =>
      service.ports.filter(({ target }) => !NO_SITE.includes(target)).map((port) => ({ service, port })),
    );
    expect(sites.length).toBeGreaterThan(0);
    for (const { service, port } of sites) {
      expect(port.target).not.toBe(INNER_PORT);
      const text = await configurationOf(service);
      if (service.labels['scaling.kind'] === 'edge') expectLimitsOfNginx(text, port.target);
      else {
        expectLimitsOfHaproxy(text, port.target);
        expect(service.environment).toMatchObject({ CLIENT_REQUESTS: '200', CLIENT_WRITES: '20' });
      }
    }
  });
});
