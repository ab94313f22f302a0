import { dots, line, type Point, steps } from '../stroke.ts';
import { SHEET, type Sheet, type Style } from '../style.ts';

/** An explosion: torn rays, a shock ring in coarse halftone, a bolt. */
export const rock: Style = {
  palettes: [
    { ground: '#e8261c', ink: '#fff7e8', accents: ['#1a1413', '#ffd23f', '#ff6b35'] },
    { ground: '#f5c518', ink: '#17130f', accents: ['#17130f', '#e4341f', '#fff3c4'] },
    { ground: '#15161c', ink: '#f4f1ea', accents: ['#ff3b2f', '#f4f1ea', '#5a5f73'] },
    { ground: '#f2ede1', ink: '#141414', accents: ['#141414', '#ff4b3e', '#2f6fed'] },
    { ground: '#0d7c66', ink: '#fff8e1', accents: ['#0b1f1c', '#ffc93c', '#f4845f'] },
  ],
  hand: { weight: 1.6, ends: 'butt', stretch: 0.8, slant: 6 },
  name: { x: 70, y: 1130, width: 1040, height: 500, anchor: 'bottom' },
  draw(sheet) {
    const centre: Point = [sheet.chance.integer(430, 770), sheet.chance.integer(470, 620)];
    const [dark, bright, third = bright] = sheet.palette.accents;
    return [
      `<path fill="${third}" d="${rays(sheet, centre, 1500)}"/>`,
      dots(shock(sheet, centre), dark),
      `<path fill="${dark}" d="${burst(sheet, centre, 400, 26)}"/><path fill="${bright}" d="${burst(sheet, centre, 300, 20)}"/>`,
      `<path transform="translate(${centre.join(' ')})" fill="${sheet.palette.ground}" stroke="${dark}" stroke-width="16" d="${EMBLEMS[sheet.variant % EMBLEMS.length]}"/>`,
      dots(spatter(sheet), dark),
      `<path fill="${sheet.palette.ground}" d="${torn(sheet)}"/>`,
    ].join('');
  },
};

function rays({ chance }: Sheet, [cx, cy]: Point, reach: number): string {
  return steps(0, Math.PI * 2, 26)
    .slice(1)
    .map((angle) => {
      const half = chance.integer(35, 80) / 1000;
      const edge = (side: number): Point[] =>
        steps(0, 1, 22).map((t) => {
          const tear = chance.integer(-9, 9) * t;
          const [a, r] = [angle + half * side, 60 + reach * t];
          return [cx + Math.cos(a) * r + tear, cy + Math.sin(a) * r + tear];
        });
      return line([...edge(-1), ...edge(1).toReversed()], true);
    })
    .join('');
}

/** Dots that are largest on a ring around the blast and fade on both sides of it. */
function shock({ chance }: Sheet, [cx, cy]: Point): { at: Point; radius: number }[] {
  const ring = chance.integer(440, 520);
  const spots: { at: Point; radius: number }[] = [];
  for (let y = 0; y < 1180; y += 17) {
    for (let x = (y / 17) % 2 === 0 ? 0 : 9; x < SHEET.width; x += 18) {
      const off = Math.abs(Math.hypot(x - cx, y - cy) - ring) / 190;
      if (off < 1) spots.push({ at: [x, y], radius: 9.5 * (1 - off) ** 0.8 });
    }
  }
  return spots;
}

function burst({ chance }: Sheet, [cx, cy]: Point, size: number, points: number): string {
  const outline = steps(0, Math.PI * 2, points * 2).map((angle, index): Point => {
    const r = index % 2 === 0 ? size * (0.85 + chance.next() * 0.4) : size * (0.55 + chance.next() * 0.12);
    return [cx + Math.cos(angle) * r, cy + Math.sin(angle) * r];
  });
  return line(outline.slice(0, -1), true);
}

/** Outlines around the middle of the blast, about 660 high: a window, a bolt, a rocket, a marguerite, an arrow north. */
const EMBLEMS = [
  'M-150 320V-60Q-150 -230 0 -330Q150 -230 150 -60V320ZM0 -330V320M-150 0H150M-75 320V60Q-75 0 0 -60Q75 0 75 60V320',
  'M60 -330L-150 30L-20 20L-90 340L160 -60L20 -50L150 -330Z',
  'M0 -350Q120 -220 110 60L190 190V290L80 210H-80L-190 290V190L-110 60Q-120 -220 0 -350ZM0 -130A48 48 0 1 0 1 -130ZM-45 235L0 350L45 235Z',
  petals(),
  'M0 -340L200 -20H85V330H-85V-20H-200Z',
] as const;

function petals(): string {
  const leaf = (turn: number): string => {
    const at = (angle: number, radius: number): string =>
      `${Math.round(Math.cos(turn + angle) * radius)} ${Math.round(Math.sin(turn + angle) * radius)}`;
    return `M${at(-0.2, 90)}Q${at(-0.34, 300)} ${at(0, 330)}Q${at(0.34, 300)} ${at(0.2, 90)}Z`;
  };
  const crown = steps(0, Math.PI * 2, 11)
    .slice(1)
    .map(leaf);
  return `${crown.join('')}M0 -84A84 84 0 1 0 1 -84Z`;
}

function spatter({ chance }: Sheet): { at: Point; radius: number }[] {
  return Array.from({ length: 1500 }, () => ({
    at: [chance.integer(0, SHEET.width), chance.integer(0, 1200)] as const,
    radius: 0.6 + 5 * chance.next() ** 5,
  }));
}

/** Torn edge of the paper that the name is printed on. */
function torn({ noise, chance }: Sheet): string {
  const edge = steps(0, SHEET.width, 240).map(
    (x): Point => [x, 1085 + noise(x / 140, 4) * 34 + chance.integer(-7, 7)],
  );
  return line([...edge, [SHEET.width, SHEET.height], [0, SHEET.height]], true);
}
