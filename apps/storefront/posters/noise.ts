import { random } from '../../tickets/src/seed/random.ts';

/** Smooth noise from -1 to 1 over the plane, one hill or hollow per unit; fixed by its seed. */
export function noise(seed: number): (x: number, y: number) => number {
  const chance = random(seed);
  const lattice = Array.from({ length: 256 }, () => chance.next() * 2 - 1);
  const order = chance.shuffle(Array.from({ length: 256 }, (_, index) => index));
  const corner = (x: number, y: number): number => lattice[((order[x & 255] ?? 0) + y) & 255] ?? 0;
  return (x, y) => {
    const [left, top] = [Math.floor(x), Math.floor(y)];
    const [u, v] = [ease(x - left), ease(y - top)];
    const above = mix(corner(left, top), corner(left + 1, top), u);
    const below = mix(corner(left, top + 1), corner(left + 1, top + 1), u);
    return mix(above, below, v);
  };
}

function ease(t: number): number {
  return t * t * t * (t * (t * 6 - 15) + 10);
}

export function mix(from: number, to: number, t: number): number {
  return from + (to - from) * t;
}
