import { connect } from 'node:net';
import type { StackState } from '../runtime/runtime.ts';
import type { ComposeFile } from '../stage/compose-service.ts';
import { wayInto } from '../stage/regions.ts';
import { siteOf } from './site-of.ts';

const CONNECT_LIMIT_MS = 500;

/**
 * Where the tool's own checks ask a shop: at the inner port of the entry, as load does, because no client has limits
 * there. With Compose only the engine's own Linux machine reaches the containers; others get the published site.
 */
export async function innerSite(state: StackState): Promise<string> {
  return await reached(state, state.entry, state.site);
}

/** The same for the visitors of a region. @throws Failure naming the regions that there are */
export async function innerSiteOf(file: ComposeFile, state: StackState, region: string): Promise<string> {
  return await reached(state, wayInto(file, state, region), siteOf(file, state, region));
}

async function reached({ runtime }: StackState, inner: string, published: string): Promise<string> {
  return runtime === 'native' || (await accepts(inner)) ? inner : published;
}

function accepts(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  if (process.platform !== 'linux' || hostname === '') return Promise.resolve(false);
  const socket = connect({ host: hostname, port: Number(port) });
  return new Promise<boolean>((resolve) => {
    socket.setTimeout(CONNECT_LIMIT_MS, () => resolve(false));
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  }).finally(() => socket.destroy());
}
