import { along } from '../colour.ts';
import { line, type Point } from '../stroke.ts';
import type { Sheet, Style } from '../style.ts';

/** Ribbons that follow a current nobody sees. */
export const dance: Style = {
  palettes: [
    { ground: '#fbf1ea', ink: '#3a1230', accents: ['#ffb199', '#f2467a', '#7b2a7f', '#27124a'] },
    { ground: '#eef5f3', ink: '#0d2f3f', accents: ['#a5e0d2', '#2fa6a0', '#1d5f8a', '#0d2f3f'] },
    { ground: '#fdf6df', ink: '#3b2309', accents: ['#ffd166', '#f58549', '#c4421a', '#5f1a37'] },
    { ground: '#17122b', ink: '#fff0f5', accents: ['#ffd9a0', '#ff7eb6', '#8f6bff', '#3fd0ff'] },
    { ground: '#e9e3fb', ink: '#2a1a5e', accents: ['#ff9e80', '#e0457b', '#7b4bd6', '#2a1a5e'] },
  ],
  hand: { weight: 0.42, ends: 'round', stretch: 1 },
  name: { x: 110, y: 110, width: 980, height: 420, anchor: 'top' },
  draw(sheet) {
    const eye: Point = [sheet.chance.integer(420, 780), sheet.chance.integer(1040, 1120)];
    const ribbons = Array.from({ length: 210 }, (_, index) => ribbon(sheet, eye, index / 210));
    return `<g fill="none" stroke-linecap="round" stroke-linejoin="round">${ribbons.join('')}</g>`;
  },
};

/** The current stays between the name and the title. */
const [TOP, FOOT] = [570, 1590];

/** One line of the current: it circles the eye, and noise carries it in and out. */
function ribbon({ chance, noise, palette }: Sheet, [ex, ey]: Point, share: number): string {
  const [start, reach] = [chance.next() * Math.PI * 2, 40 + share * 470 + chance.integer(-25, 25)];
  let [x, y] = [ex + Math.cos(start) * reach, ey + Math.sin(start) * reach * 0.92];
  const points: Point[] = [];
  const length = chance.integer(40, 62);
  for (let step = 0; step < length && y > TOP && y < FOOT; step += 1) {
    points.push([x, y]);
    const around = Math.atan2(y - ey, x - ex) + Math.PI / 2;
    const angle = around + noise(x / 260 + 3, y / 260 + 8) * 0.95;
    x += Math.cos(angle) * 15;
    y += Math.sin(angle) * 15;
  }
  const colour = along(palette.accents, (share + noise(x / 500, y / 500) * 0.25 + 0.1) % 1);
  const width = 2 + Math.round(11 * chance.next() ** 3);
  return `<path stroke="${colour}" stroke-width="${width}" d="${line(points)}"/>`;
}
