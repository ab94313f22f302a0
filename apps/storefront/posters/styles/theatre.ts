import { along } from '../colour.ts';
import { line, type Point, steps } from '../stroke.ts';
import { SHEET, type Sheet, type Style } from '../style.ts';

/** A curtain parted on a lit stage with one thing on it. */
export const theatre: Style = {
  palettes: [
    { ground: '#1b0b12', ink: '#ffe9c7', accents: ['#5b0f1f', '#b3202f', '#f0654f', '#ffd98a'] },
    { ground: '#0c1222', ink: '#fff2d6', accents: ['#16264f', '#2b53a0', '#6f9be8', '#ffe6a6'] },
    { ground: '#12180e', ink: '#fbf3d0', accents: ['#20381f', '#3f7040', '#93b45d', '#ffe08f'] },
    { ground: '#180f24', ink: '#fdeaf2', accents: ['#3a1c5c', '#7a3aa0', '#d879b8', '#ffe1b3'] },
    { ground: '#1a1408', ink: '#fff1cf', accents: ['#5c3a0a', '#b87916', '#f0c04d', '#fff0b8'] },
  ],
  hand: { weight: 0.8, ends: 'butt', stretch: 0.82 },
  name: { x: 100, y: 1230, width: 1000, height: 390, anchor: 'bottom' },
  draw(sheet) {
    const lamp = sheet.palette.accents.at(-1) ?? '#ffffff';
    const prop = PROPS[sheet.variant % PROPS.length] ?? door;
    return [
      `<path fill="${lamp}" opacity=".2" d="M560 0H640L960 1090H240Z"/><path fill="${lamp}" opacity=".25" d="M585 0H615L850 1090H350Z"/>`,
      `<ellipse cx="600" cy="1080" rx="390" ry="82" fill="${lamp}"/>`,
      `<g fill="${sheet.palette.ground}">${prop(lamp)}</g>`,
      curtain(sheet, 'left'),
      curtain(sheet, 'right'),
      `<path fill="${sheet.palette.ground}" d="M0 1185H1200V1800H0Z"/>`,
      valance(sheet),
    ].join('');
  },
};

const PROPS: readonly ((lamp: string) => string)[] = [door, moon, stairs, chair, table];

/** Folds of cloth, gathered at a cord two thirds down: light on the crests, dark in the hollows. */
function curtain({ chance, noise, palette }: Sheet, side: 'left' | 'right'): string {
  const folds = chance.integer(7, 9);
  const width = chance.integer(520, 580);
  const phase = chance.next() * 6;
  const lines = steps(0, 1, 92).map((across) => {
    const light = (Math.sin(across * folds * Math.PI * 2 + phase) + 1) / 2;
    const points = steps(0, 1190, 54).map((y): Point => {
      const gather = Math.exp(-(((y - 800) / 330) ** 2)) * 0.62;
      const open = width * (1 - gather) * (1 + 0.1 * Math.sin(y / 500));
      const x = across * open + noise(across * 4, y / 210 + phase) * 15 * across;
      return [side === 'left' ? x : SHEET.width - x, y];
    });
    return `<path stroke="${along(palette.accents.slice(0, 3), light ** 1.6)}" d="${line(points)}"/>`;
  });
  return `<g fill="none" stroke-width="8.5">${lines.join('')}</g>`;
}

/** The short drape along the top edge, in swags. */
function valance({ palette }: Sheet): string {
  const [dark, middle] = palette.accents;
  const swags = steps(0, 1050, 7).map(
    (x) =>
      `<path fill="${middle}" d="M${x} -10H${x + 150}V70Q${x + 75} 170 ${x} 70Z"/><path fill="none" stroke="${dark}" stroke-width="5" d="M${x} 20Q${x + 75} 110 ${x + 150} 20M${x} 45Q${x + 75} 140 ${x + 150} 45"/>`,
  );
  return swags.join('');
}

function door(lamp: string): string {
  return `<path d="M470 1080V560H730V1080Z"/><path fill="${lamp}" d="M500 1080V590H700V1080Z"/><path d="M500 1080V590L640 630V1110Z"/><circle cx="618" cy="860" r="11" fill="${lamp}"/>`;
}

function stairs(): string {
  const treads = [0, 1, 2, 3, 4, 5].map(
    (n) => `<path d="M${420 + n * 58} ${1080 - n * 62}h${360 - n * 58}v-62h-${360 - n * 58}z"/>`,
  );
  return `${treads.join('')}<circle cx="742" cy="588" r="34"/><path d="M706 712q-4-92 36-92t36 92z"/>`;
}

function chair(): string {
  return '<path d="M505 1085V600h26v230h150V600h0h26V1085h-26V905H531v180zM531 640h150v34H531zM531 720h150v34H531z"/><path d="M490 830h232v38H490z"/>';
}

function moon(lamp: string): string {
  return `<circle cx="600" cy="560" r="165" fill="${lamp}"/><circle cx="660" cy="525" r="150" opacity=".93"/><path d="M520 1085q6-190 80-190t80 190z"/><circle cx="600" cy="846" r="46"/>`;
}

function table(lamp: string): string {
  return `<path d="M390 830H810V866H780V1085H752V866H448V1085H420V866H390Z"/><path d="M592 830V700h16V830zM500 830q0-60 24-70t24 70zM660 830v-52h44v52z"/><path fill="${lamp}" d="M600 590q44 66 0 104q-44-38 0-104z"/>`;
}
