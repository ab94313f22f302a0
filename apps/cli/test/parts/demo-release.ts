import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { create } from 'tar';

/** How the server treats the archive: the checksums file is always served well, unless `gone`. */
export type Manner = 'good' | 'altered' | 'gone' | 'cut off' | 'silent' | 'slow' | 'hangs';

export interface DemoRelease {
  readonly base: string;
  manner: Manner;
  /** How often the archive was asked for. */
  readonly asked: () => number;
  close(): Promise<void>;
}

/** A release page on loopback with one archive: a program `demo-part` that says it is 1.2.3, and 400 KB of ballast. */
export async function demoRelease(folder: string): Promise<DemoRelease> {
  const archive = await demoArchive(folder);
  const sum = createHash('sha256').update(archive).digest('hex');
  let asked = 0;
  const server = createServer((request, response) => {
    if (release.manner === 'gone') return response.writeHead(404).end();
    if (request.url === '/checksums.txt') return response.end(`${sum}  demo.tar.gz\n`);
    asked += 1;
    return answer(response, release.manner, archive);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const release: DemoRelease = {
    base: `http://127.0.0.1:${port}`,
    manner: 'good',
    asked: () => asked,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return release;
}

async function demoArchive(folder: string): Promise<Buffer> {
  const top = join(folder, 'demo-1.2.3');
  await mkdir(top, { recursive: true });
  await writeFile(join(top, 'demo-part'), '#!/bin/sh\necho "demo-part v1.2.3"\n');
  await chmod(join(top, 'demo-part'), 0o755);
  const noise = Array.from({ length: 400 }, (_, index) =>
    createHash('sha512').update(String(index)).digest('hex'),
  );
  await writeFile(join(top, 'ballast'), noise.join('').repeat(8));
  const file = join(folder, 'demo.tar.gz');
  await create({ file, cwd: folder, gzip: { level: 1 } }, ['demo-1.2.3']);
  return readFile(file);
}

function answer(response: ServerResponse, manner: Manner, archive: Buffer): void {
  response.writeHead(200, { 'content-length': archive.length });
  const half = archive.subarray(0, archive.length / 2);
  if (manner === 'good') response.end(archive);
  if (manner === 'altered') response.end(Buffer.concat([half, Buffer.alloc(archive.length - half.length)]));
  if (manner === 'cut off') response.write(half, () => response.destroy());
  if (manner === 'silent' || manner === 'hangs') response.write(half);
  if (manner === 'slow') trickle(response, archive);
}

/** A twentieth every 100 ms. */
function trickle(response: ServerResponse, archive: Buffer): void {
  const step = Math.ceil(archive.length / 20);
  let sent = 0;
  const timer = setInterval(() => {
    response.write(archive.subarray(sent, sent + step));
    sent += step;
    if (sent >= archive.length) response.end();
    if (sent >= archive.length || response.destroyed) clearInterval(timer);
  }, 100);
}
