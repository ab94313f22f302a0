/** A range of IPv4 addresses. */
export interface Cidr {
  /** The first address, as a number. */
  readonly first: number;
  readonly bits: number;
}

/** `10.16.0.0/16`; null: it is none, or its first address is not where such a range begins. */
export function cidr(text: string): Cidr | null {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(text);
  if (match === null) return null;
  const [a = 0, b = 0, c = 0, d = 0, bits = 0] = match.slice(1).map(Number);
  if ([a, b, c, d].some((part) => part > 255) || bits > 32) return null;
  const first = ((a * 256 + b) * 256 + c) * 256 + d;
  return first % 2 ** (32 - bits) === 0 ? { first, bits } : null;
}

/** The nth part of a range that is cut into 2^by parts. */
export function slice({ first, bits }: Cidr, by: number, n: number): Cidr {
  return { first: first + n * 2 ** (32 - bits - by), bits: bits + by };
}

/** Whether two ranges have an address in common. */
export function overlap(a: Cidr, b: Cidr): boolean {
  return a.first < b.first + 2 ** (32 - b.bits) && b.first < a.first + 2 ** (32 - a.bits);
}

/** As Terraform writes it. */
export function cidrText({ first, bits }: Cidr): string {
  const parts = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256);
  return `${parts.join('.')}/${bits}`;
}
