import { Agent, get } from 'node:http';
import { text } from 'node:stream/consumers';
import type { JsonText } from '../ports.ts';

/** Another service's answer is waited for this long; a page has its own, shorter limit. */
const LIMIT_MS = 2000;
const CONNECTIONS = 16;

const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS, timeout: 10_000 });

/**
 * GET of another service: its JSON unparsed, or null when it has no such thing (404). Rejects when it does not answer
 * within 2 s, or answers anything else.
 */
export function ask(url: string): Promise<JsonText | null> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent, signal: AbortSignal.timeout(LIMIT_MS) }, (response) => {
      const { statusCode } = response;
      text(response).then((body) => {
        if (statusCode === 200) resolve(body as JsonText);
        else if (statusCode === 404) resolve(null);
        else reject(new Error(`${url} answered ${statusCode}`));
      }, reject);
    });
    request.once('error', reject);
  });
}
