/** Every sale, in the order of its reservation's key. */
export const SALES = 'sales';
/** Sales that could not be dealt with, until somebody has looked and sends them round again (`redrive`). */
export const DEAD = 'sales-dead';

/** As many workers can share the work. */
export const PARTITIONS = 8;

/** Who reads `SALES`, each at its own pace: who mails the tickets, and who counts. */
export const GROUPS = { mail: 'mail', count: 'count', redrive: 'redrive' } as const;
