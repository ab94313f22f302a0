import { along } from '../colour.ts';
import { mix } from '../noise.ts';
import { line, steps } from '../stroke.ts';
import type { Style } from '../style.ts';

/** Growth rings: one tone after another, each pushed out of round by the ones before. */
export const orchestra: Style = {
  palettes: [
    { ground: '#0f2a2a', ink: '#f5e6c0', accents: ['#f5d68a', '#c98b3c', '#5c8f7b'] },
    { ground: '#2a0f1d', ink: '#f8e7d8', accents: ['#f2c6a0', '#d4707a', '#7c3a6b'] },
    { ground: '#10182f', ink: '#eef2ff', accents: ['#ffe3a3', '#9db8ff', '#40539a'] },
    { ground: '#f4efe4', ink: '#2b2118', accents: ['#7a2e1d', '#c07f2c', '#2f5d57'] },
    { ground: '#3b0d11', ink: '#ffe9c9', accents: ['#ffd9a0', '#e08e45', '#8c2f39'] },
  ],
  hand: { weight: 0.52, ends: 'butt', stretch: 0.92 },
  name: { x: 110, y: 1160, width: 980, height: 440, anchor: 'bottom' },
  draw({ chance, noise, palette }) {
    const [cx, cy] = [600 + chance.integer(-90, 90), 620 + chance.integer(-50, 50)];
    const [lobes, twist, depth] = [chance.integer(2, 5), chance.next() * 6, chance.integer(45, 100) / 100];
    const rings = steps(0.03, 1, 66).map((t, index) => {
      const points = steps(0, Math.PI * 2, 150).map((angle) => {
        const [nx, ny] = [Math.cos(angle), Math.sin(angle)];
        const bulge = noise(nx * 1.3 + 7 + t * 1.7, ny * 1.3 + 3 - t * 1.2) * depth;
        const petals = Math.cos(angle * lobes + twist * t) * 0.1;
        const radius = mix(20, 560, t) * (1 + (bulge * 0.42 + petals) * t);
        return [cx + nx * radius, cy + ny * radius] as const;
      });
      const width = index % 6 === 0 ? 7 : 2.5;
      return `<path stroke="${along(palette.accents, t)}" stroke-width="${width}" d="${line(points, true)}"/>`;
    });
    return `<g fill="none">${rings.join('')}</g><path fill="${palette.ground}" opacity=".86" d="M0 1150H1200V1800H0Z"/>`;
  },
};
