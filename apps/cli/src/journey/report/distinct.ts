import type { Provenance } from '../../measure/provenance.ts';
import type { Journey } from '../record.ts';

/** What is the same for all stages once; what differs (a journey that was resumed elsewhere) with its stages. */
export function distinct({ stages }: Journey, of: (provenance: Provenance) => string): string {
  const values = new Map<string, number[]>();
  for (const { stage, provenance } of stages) {
    const value = of(provenance);
    values.set(value, [...(values.get(value) ?? []), stage]);
  }
  const all = [...values];
  if (all.length <= 1) return all[0]?.[0] ?? '–';
  return all
    .map(
      ([value, numbers]) => `${value} (${numbers.length === 1 ? 'stage' : 'stages'} ${numbers.join(', ')})`,
    )
    .join('; ');
}
