import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { controlSocket } from '../cluster/control.ts';
import { environment } from '../environment.ts';

const USAGE = 'clones.mjs list | scale N | reload';
/** A reload starts and drains every clone, one after the other. */
const LIMIT_MS = 10 * 60_000;

/** Asks this box's clones over their socket and prints what they answer. */
async function main(verb: string | undefined, count: string | undefined): Promise<number> {
  const path = pathOf(verb, count);
  if (path === undefined) {
    process.stderr.write(`${USAGE}\n`);
    return 2;
  }
  const answer = await ask(controlSocket(await environment()), path);
  (answer.status === 200 ? process.stdout : process.stderr).write(`${answer.text}\n`);
  return answer.status === 200 ? 0 : 1;
}

function pathOf(verb: string | undefined, count: string | undefined): string | undefined {
  if (verb === 'list') return '/';
  if (verb === 'reload') return '/reload';
  return verb === 'scale' && /^\d+$/.test(count ?? '') ? `/scale/${count}` : undefined;
}

async function ask(socketPath: string, path: string): Promise<{ status: number; text: string }> {
  return await new Promise((resolve, reject) => {
    const sent = request({ socketPath, path, method: path === '/' ? 'GET' : 'POST', timeout: LIMIT_MS });
    sent.once('response', (res) => {
      text(res).then((body) => resolve({ status: res.statusCode ?? 0, text: body }), reject);
    });
    sent.once('timeout', () => sent.destroy(new Error('the clones did not answer in time')));
    sent.once('error', reject);
    sent.end();
  });
}

try {
  process.exitCode = await main(process.argv[2], process.argv[3]);
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  const absent = code === 'ENOENT' || code === 'ECONNREFUSED';
  process.stderr.write(
    absent ? 'no clones run on this box: start it with WORKERS=2 or more\n' : `${message}\n`,
  );
  process.exitCode = 1;
}
