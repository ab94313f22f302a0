import { along } from '../colour.ts';
import { line, steps } from '../stroke.ts';
import { SHEET, type Style } from '../style.ts';

/** Scan lines bent by orbs of light that interfere with each other. */
export const electronic: Style = {
  palettes: [
    { ground: '#0b0b2b', ink: '#ffffff', accents: ['#26f0d9', '#3d7bff', '#ff3fa4'] },
    { ground: '#150924', ink: '#fff6e0', accents: ['#ffb02e', '#ff3d6e', '#8a2be2'] },
    { ground: '#04211f', ink: '#f3fff0', accents: ['#d4ff3a', '#19d3a2', '#1577c9'] },
    { ground: '#1c0710', ink: '#ffffff', accents: ['#ff7a59', '#ff2f7d', '#6f4bff'] },
    { ground: '#f4f1ff', ink: '#1c1147', accents: ['#ff4d8d', '#7a3cff', '#1b7fff'] },
  ],
  hand: { weight: 0.95, ends: 'butt' },
  name: { x: 90, y: 100, width: 1020, height: 470, anchor: 'top' },
  draw({ chance, noise, palette }) {
    const orbs = Array.from({ length: chance.integer(2, 3) }, (_, index) => ({
      x: chance.integer(250, 950),
      y: 820 + index * 300 + chance.integer(-60, 60),
      size: chance.integer(230, 400),
      frequency: chance.integer(18, 42) / 1000,
      height: chance.integer(50, 90),
    }));
    const lift = (x: number, y: number): number =>
      orbs.reduce(
        (sum, orb) => {
          const distance = Math.hypot(x - orb.x, (y - orb.y) * 1.15);
          const dome = Math.exp(-((distance / orb.size) ** 4));
          return sum - dome * orb.height * (1 + 0.55 * Math.cos(distance * orb.frequency));
        },
        noise(x / 320, y / 240) * 16,
      );
    const rows = steps(640, 1585, 84).map((y, index, all) => {
      const points = steps(0, SHEET.width, 120).map((x) => [x, y + lift(x, y)] as const);
      const colour = along(palette.accents, index / all.length);
      return `<path stroke="${colour}" stroke-width="${index % 4 === 0 ? 6 : 3}" d="${line(points)}"/>`;
    });
    return `<g fill="none">${rows.join('')}</g>`;
  },
};
