import type { ComposeFile } from '../../stage/compose-service.ts';
import { BOXES } from './boxes.ts';
import { DATA } from './data.ts';
import type { Panel, Seen } from './panel.ts';
import { REQUESTS } from './requests.ts';
import { SALES } from './sales.ts';

/** Every graph that some stage shows, what is looked at first in front. */
const PANELS: readonly Panel[] = [...BOXES.slice(0, 2), ...REQUESTS, ...SALES, ...DATA, ...BOXES.slice(2)];

/** The graphs of one stage: those that its boxes can fill. */
export function panelsOf(file: Pick<ComposeFile, 'services'>): Panel[] {
  const seen = seenIn(file);
  return PANELS.filter(({ when }) => when === undefined || when(seen));
}

function seenIn({ services }: Pick<ComposeFile, 'services'>): Seen {
  const all = Object.values(services);
  const kinds = all.map(({ labels }) => labels['scaling.kind'] ?? '');
  return {
    kinds: new Set(kinds),
    services: new Set(Object.keys(services)),
    manyApps: all.some(({ labels, scalable }) => scalable && labels['scaling.kind'] === 'app'),
  };
}
