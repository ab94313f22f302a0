import { type BinaryToTextEncoding, createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** The checksum of a file's content, read piece by piece. */
export async function checksumOf(
  file: string,
  algorithm: 'sha256' | 'sha512',
  encoding: BinaryToTextEncoding,
): Promise<string> {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(file), hash);
  return hash.digest(encoding);
}
