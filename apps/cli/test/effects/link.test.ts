import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cutLink, mendLink, refuseOpenLink } from '../../src/regions/link.ts';
import { fakeStack } from './fake-stack.ts';

const HOST = '127.77.18.3';
const ROUTES = `7001=behind:1 7002=behind:2`;

/** What the stand-in for toxiproxy does wrong. */
type Defect = 'none' | 'lets everything through' | 'does not know a route' | 'stays closed';

/** Toxiproxy's interface, and two routes that answer whatever they get unless they are cut. */
class StandIn {
  readonly toxics = new Set<string>();
  enabled = true;
  defect: Defect = 'none';
  readonly api: Server = createServer((req, res) => {
    const [, , route = '', toxics, toxic = ''] = (req.url ?? '').split('/');
    let body = '';
    req.on('data', (text) => {
      body += text;
    });
    req.on('end', () => {
      res.statusCode = 200;
      if (this.defect === 'does not know a route' && route === '7002') res.statusCode = 404;
      else if (req.method === 'DELETE') res.statusCode = this.toxics.delete(`${route} ${toxic}`) ? 204 : 404;
      else if (req.method === 'POST' && toxics !== undefined)
        this.toxics.add(`${route} ${(JSON.parse(body) as { name: string }).name}`);
      else if (req.method === 'POST') this.enabled = body.includes('true') && this.defect !== 'stays closed';
      res.end(
        JSON.stringify({ enabled: this.enabled, toxics: this.isCut(route) ? [{ name: 'cut-x' }] : [] }),
      );
    });
  });
  private isCut(route: string): boolean {
    return [...this.toxics].some((toxic) => toxic.startsWith(route));
  }
  readonly routes: readonly TcpServer[] = [7001, 7002].map((port) =>
    createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', () => {
        if (!this.isCut(String(port)) || this.defect === 'lets everything through') socket.write('N');
      });
    }).listen(port, HOST),
  );
}

describe.skipIf(process.platform !== 'linux').sequential('the link between regions', () => {
  let toxiproxy: StandIn;
  beforeAll(async () => {
    toxiproxy = new StandIn();
    await new Promise<void>((resolve) => toxiproxy.api.listen(8474, HOST, resolve));
  });
  afterAll(() => {
    for (const server of [toxiproxy.api, ...toxiproxy.routes]) server.close();
  });

  const stack = fakeStack({
    stage: 7,
    boxes: ['link link'],
    deaf: false,
    exec: async (_, [file = '', ...argv]) => {
      const done = await execa(file, argv, { env: { BOX_ADDRESS: HOST, ROUTES }, reject: false });
      return { code: done.exitCode ?? 1, stdout: done.stdout, stderr: done.stderr };
    },
  });
  const cut = (defect: Defect) => {
    toxiproxy.defect = defect;
    return cutLink(stack.runtime, stack.state()).then(() => refuseOpenLink(stack.runtime, stack.state()));
  };
  const mend = (defect: Defect) => {
    toxiproxy.defect = defect;
    return mendLink(stack.runtime, stack.state());
  };

  it('is cut when no route answers any more, and mended when each is open', async () => {
    expect(await mend('none')).toBe(false);
    await cut('none');
    await cut('none');
    expect(await mend('none')).toBe(true);
    expect(await mend('none')).toBe(false);
  });

  it('is not said to be cut while something gets through, and names the route', async () => {
    await expect(cut('lets everything through')).rejects.toThrow(
      'The link is not cut: 7001=behind:1, 7002=behind:2 still answers.',
    );
    await mend('none');
  });

  it('is not said to be cut or mended when a route is unknown', async () => {
    await expect(cut('does not know a route')).rejects.toThrow('toxiproxy answered 404');
    await expect(mend('does not know a route')).rejects.toThrow('toxiproxy answered 404');
    await mend('none');
  });

  it('is not said to be mended while a route is closed', async () => {
    await cut('none');
    await expect(mend('stays closed')).rejects.toThrow('route 7001=behind:1 is not open');
    expect(await mend('none')).toBe(false);
  });
});
