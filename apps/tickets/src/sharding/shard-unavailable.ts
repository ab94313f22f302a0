/** A shard cannot take or answer a request now: it is down, or the bucket is on its way to another one. */
export class ShardUnavailable extends Error {
  override readonly name = 'ShardUnavailable';
  readonly shard: string;
  /** `away`: it does not answer. `moving`: the bucket was not to be had within the limit. */
  readonly why: 'away' | 'moving';

  constructor(shard: string, why: 'away' | 'moving', cause?: unknown) {
    super(why === 'away' ? `${shard} does not answer` : `a bucket of ${shard} is on its way`, { cause });
    this.shard = shard;
    this.why = why;
  }
}
