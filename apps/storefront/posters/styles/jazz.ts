import { dots, line, type Point, steps } from '../stroke.ts';
import type { Sheet, Style } from '../style.ts';

/** Cut paper: a few large shapes laid over each other, one of them printed as a halftone. */
export const jazz: Style = {
  palettes: [
    { ground: '#f3e7d0', ink: '#16213e', accents: ['#e4572e', '#17689c', '#f2a541'] },
    { ground: '#12355b', ink: '#fff4dc', accents: ['#f2b134', '#d7263d', '#3fa7d6'] },
    { ground: '#f6d55c', ink: '#1d1d2b', accents: ['#ed553b', '#20639b', '#3caea3'] },
    { ground: '#2b2d42', ink: '#fdf0d5', accents: ['#ef8354', '#4fb0ae', '#d1495b'] },
    { ground: '#0f4c4a', ink: '#fdf3dc', accents: ['#f28f3b', '#c8553d', '#f4d58d'] },
  ],
  hand: { weight: 1.35, ends: 'butt', stretch: 0.86 },
  name: { x: 90, y: 1120, width: 1020, height: 500, anchor: 'bottom' },
  draw(sheet) {
    const { chance, palette } = sheet;
    const scene = [ballOverKeys, record, threeMoons][sheet.variant % 3] ?? record;
    const slope = `M0 0H1200V${chance.integer(520, 700)}L0 ${chance.integer(640, 980)}Z`;
    return `<path fill="${palette.accents[1]}" opacity=".95" d="${slope}"/>${dots(dusk(), palette.ground)}${scene(sheet)}`;
  },
};

/** Halftone over the whole scene that lets the paper through, more towards the foot. */
function dusk(): { at: Point; radius: number }[] {
  return steps(10, 1040, 52).flatMap((y, row) =>
    steps(row % 2 === 0 ? 0 : 10, 1200, 60).map((x) => ({
      at: [x, y] as const,
      radius: (y / 1040) ** 1.6 * 8.4,
    })),
  );
}

function ballOverKeys(sheet: Sheet): string {
  const { chance, palette } = sheet;
  const ball = { x: chance.integer(420, 780), y: chance.integer(420, 520), r: chance.integer(330, 390) };
  return (
    keys(sheet) + lit(sheet, ball, palette.accents[0]) + arcs(ball, chance.integer(0, 3) * 90, palette.ink)
  );
}

/** A record half out of its sleeve, with the sheen of its grooves. */
function record(sheet: Sheet): string {
  const { chance, palette } = sheet;
  const [warm, , third = warm] = palette.accents;
  const [x, y, r] = [chance.integer(560, 720), 545, 430];
  const grooves = steps(150, r - 14, 44).map((radius, index) => {
    const sweep = (from: number): Point[] =>
      steps(from, from + 0.9 + (index % 5) * 0.16, 24).map((a) => [
        x + Math.cos(a) * radius,
        y + Math.sin(a) * radius,
      ]);
    return line(sweep(-1.1)) + line(sweep(2.04));
  });
  return [
    `<circle cx="${x}" cy="${y}" r="${r}" fill="#14141c"/>`,
    `<path fill="none" stroke="${palette.accents[2]}" stroke-width="3.5" d="${grooves.join('')}"/>`,
    lit(sheet, { x, y, r: 140 }, warm),
    `<circle cx="${x}" cy="${y}" r="16" fill="#14141c"/>`,
    `<path fill="none" stroke="${third}" stroke-width="30" stroke-linejoin="round" d="M1130 90V420L${x + 235} ${y + 190}"/><circle cx="1130" cy="90" r="52" fill="${third}"/><path fill="${third}" d="M${x + 262} ${y + 142}l-72 92 42 34 72-92z"/>`,
    keys(sheet, 0.5),
  ].join('');
}

function threeMoons(sheet: Sheet): string {
  const { chance, palette } = sheet;
  const [warm, , third = warm] = palette.accents;
  const y = chance.integer(470, 540);
  const ball = { x: 390, y, r: 300 };
  return [
    keys(sheet, 0.7),
    lit(sheet, { x: 830, y: y + 90, r: 280 }, third),
    lit(sheet, ball, warm),
    `<circle cx="690" cy="${y - 240}" r="120" fill="none" stroke="${palette.ink}" stroke-width="40"/>`,
    arcs(ball, 270, palette.ink),
  ].join('');
}

interface Ball {
  readonly x: number;
  readonly y: number;
  readonly r: number;
}

function lit({ chance, palette }: Sheet, { x, y, r }: Ball, colour: string): string {
  const light = chance.next() * Math.PI * 2;
  return `<circle cx="${x}" cy="${y}" r="${r}" fill="${colour}"/>${dots(shade([x, y], r, light), palette.ground)}`;
}

/** Bars like the keys of a piano, of uneven length. */
function keys({ chance, palette }: Sheet, length = 1): string {
  const bars = Array.from({ length: 9 }, (_, index) => {
    const tall = Math.round(chance.integer(160, 640) * length);
    return `<rect x="${index * 133 + 8}" y="${1050 - tall}" width="${index % 3 === 1 ? 58 : 112}" height="${tall}"/>`;
  });
  return `<g fill="${palette.accents[2]}" opacity=".92">${bars.join('')}</g>`;
}

function arcs({ x, y, r }: Ball, turn: number, colour: string): string {
  const arc = (radius: number, width: number): string =>
    `<path stroke-width="${width}" d="M${x - radius} ${y}A${radius} ${radius} 0 0 1 ${x} ${y - radius}"/>`;
  return `<g transform="rotate(${turn} ${x} ${y})" fill="none" stroke="${colour}">${arc(r + 70, 46)}${arc(r + 130, 14)}</g>`;
}

/** Halftone of a lit ball: the dots grow away from the light. */
function shade([cx, cy]: Point, radius: number, light: number): { at: Point; radius: number }[] {
  const spots: { at: Point; radius: number }[] = [];
  const across = Math.min(38, Math.round(radius / 11));
  const pitch = radius / across;
  for (let row = -across; row <= across; row += 1) {
    for (let column = -across; column <= across; column += 1) {
      const [dx, dy] = [(column + (row % 2 === 0 ? 0 : 0.5)) * pitch, row * pitch];
      if (Math.hypot(dx, dy) > radius - pitch) continue;
      const away = (dx * Math.cos(light) + dy * Math.sin(light)) / radius;
      const size = (away * 0.5 + 0.42) ** 1.4 * pitch * 0.78;
      if (size > 0.6) spots.push({ at: [cx + dx, cy + dy], radius: size });
    }
  }
  return spots;
}
