import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freshAddress, startEdge } from './edge.ts';
import { FOR_EVER, startOrigin } from './origin.ts';

/** `full-disk-edge.ts FOLDER`: an edge whose folder lies on the small disk at FOLDER; what it answered, as JSON. */
const [, , parent = ''] = process.argv;
const origin = await startOrigin(freshAddress());
origin.answer = (_req, res) =>
  void res.writeHead(200, { ...FOR_EVER, 'Content-Length': 65_536 }).end('x'.repeat(65_536));
const edge = await startEdge({ name: 'edge', origin: origin.at, neighbour: `${freshAddress()}:1`, parent });
try {
  const before = await edge.get('/posters/v1/before.svg');
  // Somebody else fills the disk to its last byte.
  await writeFile(join(parent, 'ballast'), Buffer.alloc(64 << 20)).catch(() => undefined);
  await sleep(4000);
  const full = [];
  for (let n = 0; n < 20; n += 1) {
    const { status, body, headers } = await edge.get(`/posters/v1/full-${n}.svg`);
    full.push({ status, bytes: body.length, cache: headers['x-cache'] });
  }
  const room = (await readdir(edge.folder)).includes('room');
  console.log(JSON.stringify({ before: before.headers['x-cache'], room, full }));
} finally {
  await edge.stop();
  await origin.stop();
}
