const WORDS = {
  away: (shard: string) => `${shard} does not answer`,
  moving: (shard: string) => `a bucket of ${shard} is on its way`,
  foreign: (shard: string) => `${shard} does not have its data`,
} as const;

/**
 * A shard cannot take or answer a request now. `away`: it does not answer. `moving`: the bucket was not to be had within
 * the limit. `foreign`: its box answers with another database than the one that has its sales.
 */
export class ShardUnavailable extends Error {
  override readonly name = 'ShardUnavailable';
  readonly shard: string;
  readonly why: keyof typeof WORDS;

  /** Without a cause the shard has certainly done nothing. */
  constructor(shard: string, why: keyof typeof WORDS, cause?: unknown) {
    super(WORDS[why](shard), { cause });
    this.shard = shard;
    this.why = why;
  }
}
