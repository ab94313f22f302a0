import { line, type Point, steps } from '../stroke.ts';
import type { Sheet, Style } from '../style.ts';

/** Confetti of squiggles, hoops and wedges around a speech bubble that laughs. */
export const comedy: Style = {
  palettes: [
    { ground: '#ffd84d', ink: '#2b1b4d', accents: ['#ff5d8f', '#2b1b4d', '#12a4c4', '#ffffff'] },
    { ground: '#ff8a70', ink: '#23233f', accents: ['#0f8b8d', '#23233f', '#ffd23f', '#fff1d6'] },
    { ground: '#8be0cf', ink: '#2a2150', accents: ['#ff5f7e', '#2a2150', '#ffe066', '#ffffff'] },
    { ground: '#c5b3ff', ink: '#221b47', accents: ['#ff6f59', '#221b47', '#ffe45e', '#ffffff'] },
    { ground: '#7fd0ff', ink: '#1d1b4d', accents: ['#ff5c5c', '#1d1b4d', '#fff06a', '#ffffff'] },
  ],
  hand: { weight: 1.45, ends: 'round', stretch: 0.92 },
  name: { x: 95, y: 110, width: 1010, height: 480, anchor: 'top' },
  draw(sheet) {
    return `${confetti(sheet)}${bubble(sheet)}`;
  },
};

/** Happy, winking, crying with laughter, wide open, sly. */
const EYES = [
  'M-180 -70Q-115 -160 -50 -70M50 -70Q115 -160 180 -70',
  'M-180 -70Q-115 -160 -50 -70M50 -100H180',
  'M-180 -150L-70 -105L-180 -60M180 -150L70 -105L180 -60',
  'M-150 -105A40 40 0 1 1 -150 -104M80 -105A40 40 0 1 1 80 -104M-112 -105h2M118 -105h2',
  'M-190 -150L-60 -110M190 -150L60 -110M-130 -70h10M120 -70h10',
] as const;

/** A jittered grid, so that pieces neither clump nor line up; none behind the name. */
function confetti({ chance, palette }: Sheet): string {
  const pieces = new Map<string, string[]>();
  for (let y = 650; y < 1585; y += 33) {
    for (let x = 18; x < 1200; x += 33) {
      const [px, py] = [x + chance.integer(-10, 10), y + chance.integer(-10, 10)];
      const colour = chance.pick([palette.accents[0], ...palette.accents]);
      const piece = chance.pick([squiggle, wedge, hoop, dash])([px, py], chance.next() * Math.PI * 2);
      pieces.set(colour, [...(pieces.get(colour) ?? []), piece]);
    }
  }
  const layers = [...pieces].map(([colour, paths]) => `<path stroke="${colour}" d="${paths.join('')}"/>`);
  return `<g fill="none" stroke-width="5.5" stroke-linecap="round" stroke-linejoin="round">${layers.join('')}</g>`;
}

function turned([x, y]: Point, angle: number, points: readonly Point[]): Point[] {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return points.map(([px, py]) => [x + px * c - py * s, y + px * s + py * c]);
}

function squiggle(at: Point, angle: number): string {
  const wave = steps(-15, 15, 16).map((x): Point => [x, Math.sin(x / 2.9) * 6]);
  return line(turned(at, angle, wave));
}

function wedge(at: Point, angle: number): string {
  const corners: readonly Point[] = [
    [-10, -8],
    [12, 0],
    [-10, 9],
  ];
  return line(turned(at, angle, corners), true);
}

function hoop(at: Point): string {
  const circle = steps(0, Math.PI * 2, 14).map(
    (a): Point => [at[0] + Math.cos(a) * 10, at[1] + Math.sin(a) * 10],
  );
  return line(circle.slice(0, -1), true);
}

function dash(at: Point, angle: number): string {
  return (
    line(
      turned(at, angle, [
        [-13, 0],
        [13, 0],
      ]),
    ) +
    line(
      turned(at, angle, [
        [-8, 11],
        [8, 11],
      ]),
    )
  );
}

function bubble({ chance, palette, variant }: Sheet): string {
  const [x, y] = [600 + chance.integer(-60, 60), 1090 + chance.integer(-20, 20)];
  const tail = variant % 2 === 0 ? 1 : -1;
  const [loud, dark, , paper] = palette.accents;
  const teeth = steps(-170, 170, 5).slice(1, -1);
  return [
    `<g transform="translate(${x} ${y}) rotate(${chance.integer(-7, 7)})">`,
    `<path fill="${dark}" transform="translate(22 26)" d="${speech(tail)}"/><path fill="${paper}" stroke="${dark}" stroke-width="16" stroke-linejoin="round" d="${speech(tail)}"/>`,
    `<path fill="${dark}" d="M-190 30H190Q170 250 0 250T-190 30Z"/><path fill="${loud}" d="M-120 190Q0 110 120 190Q70 250 0 250T-120 190Z"/>`,
    `<path fill="${paper}" d="M-176 38H176L166 88H-166Z"/><path stroke="${dark}" stroke-width="6" d="${teeth.map((t) => `M${t} 38V88`).join('')}"/>`,
    `<path fill="none" stroke="${dark}" stroke-width="22" stroke-linecap="round" stroke-linejoin="round" d="${EYES[variant % EYES.length]}"/>`,
    '</g>',
  ].join('');
}

function speech(tail: number): string {
  return `M-300 -270H300Q390 -270 390 -180V210Q390 300 300 300H${tail < 0 ? -60 : 190}L${tail * 230} 420L${tail < 0 ? -190 : 60} 300H-300Q-390 300 -390 210V-180Q-390 -270 -300 -270Z`;
}
