import { type BoxLoad, saturated } from '../measure/saturation.ts';
import { averageOf } from './look.ts';

/** What no rule about the apps' CPU sees: another box is full, and more apps would wait for it, too. null: none is. */
export function lesson(loads: readonly BoxLoad[], services: readonly string[]): string | null {
  const full = saturated(loads);
  if (full === null) return null;
  const members = loads.filter(({ box }) => full.boxes.includes(box));
  if (members.some(({ service }) => services.includes(service))) return null;
  const apps = services.flatMap((service) => {
    const average = averageOf(loads, service);
    return average === null ? [] : [`${service} at ${percent(average)}`];
  });
  const isDatabase = members.every(({ kind }) => kind === 'db' || kind === 'replica');
  const what = isDatabase ? 'the database' : full.name;
  return `${what} is full (${percent(full.share)} of its quota) with ${apps.join(', ')}: more apps would not help`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
