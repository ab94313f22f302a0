import type { ComposeFile, ComposePort } from './compose-service.ts';

/** The port at which load, other boxes and the tool's own checks enter a shop. It has no limit for each client. */
export const INNER_PORT = 8080;
/** From stage 3 on, the published ports lead to ports that have limits for each client: this much above the inner ones. */
const PUBLIC_ABOVE_INNER = 10;

/** Ports of boxes that a published site may lead to: the site itself, and the site as another region's visitors see it. */
export const SITE_PORTS: readonly number[] = [
  INNER_PORT,
  INNER_PORT + PUBLIC_ABOVE_INNER,
  INNER_PORT + 1 + PUBLIC_ABOVE_INNER,
];

/** How visitors of this machine reach what load finds at a service's inner port; undefined: they do not. */
export function publishedSite(
  { services }: Pick<ComposeFile, 'services'>,
  service: string,
  inner: number = INNER_PORT,
): ComposePort | undefined {
  return services[service]?.ports.find(
    ({ target }) => target === inner || target === inner + PUBLIC_ABOVE_INNER,
  );
}
