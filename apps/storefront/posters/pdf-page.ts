import {
  type Color,
  concatTransformationMatrix,
  degreesToRadians,
  drawSvgPath,
  type PDFDocument,
  type PDFOperator,
  type PDFPage,
  popGraphicsState,
  pushGraphicsState,
  rgb,
  setGraphicsState,
  setLineCap,
  setLineJoin,
} from 'pdf-lib';

/** What an element inherits from those around it. */
interface Paint {
  readonly fill: string;
  readonly stroke: string;
  readonly width: number;
}

const AT_FIRST: Paint = { fill: '#000', stroke: 'none', width: 1 };

type Attributes = Readonly<Record<string, string>>;

const TAG = /<(\/?)(\w+)((?:\s+[\w:-]+="[^"]*")*)\s*(\/?)>/g;
const CAPS: Readonly<Record<string, number>> = { butt: 0, round: 1, square: 2 };
const JOINS: Readonly<Record<string, number>> = { miter: 0, round: 1, bevel: 2 };

/**
 * Adds a poster to a PDF as a page of vectors. Knows the part of SVG that the posters are drawn in: groups, paths,
 * rectangles, circles and ellipses. @throws Error for anything else, rather than leave it out.
 */
export function addPosterPage(
  pdf: PDFDocument,
  svg: string,
  size: { width: number; height: number },
): PDFPage {
  const page = pdf.addPage([size.width / 2, size.height / 2]);
  const paints: Paint[] = [AT_FIRST];
  // SVG counts downwards from the top.
  const operators = [pushGraphicsState(), concatTransformationMatrix(0.5, 0, 0, -0.5, 0, size.height / 2)];
  const drawing = svg.replace(/<title>.*?<\/title>/s, '');
  for (const [, closing, name = '', text = '', empty] of drawing.matchAll(TAG)) {
    if (name === 'svg') continue;
    if (closing === '/') {
      paints.pop();
      operators.push(popGraphicsState());
      continue;
    }
    const attributes = attributesOf(text);
    const around = paints.at(-1) ?? AT_FIRST;
    const paint = {
      fill: attributes.fill ?? around.fill,
      stroke: attributes.stroke ?? around.stroke,
      width: Number(attributes['stroke-width'] ?? around.width),
    };
    operators.push(pushGraphicsState(), ...stateOf(page, attributes));
    if (name === 'g' && empty !== '/') {
      paints.push(paint);
      continue;
    }
    operators.push(...drawn(shape(name, attributes), paint), popGraphicsState());
  }
  page.pushOperators(...operators, popGraphicsState());
  return page;
}

function attributesOf(text: string): Attributes {
  return Object.fromEntries(
    [...text.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
  );
}

function stateOf(page: PDFPage, attributes: Attributes): PDFOperator[] {
  const operators: PDFOperator[] = (attributes.transform ?? '')
    .split(/(?<=\))\s*/)
    .filter(Boolean)
    .flatMap(transform);
  const { opacity } = attributes;
  const cap = attributes['stroke-linecap'];
  if (cap !== undefined) operators.push(setLineCap(CAPS[cap] ?? 0));
  const join = attributes['stroke-linejoin'];
  if (join !== undefined) operators.push(setLineJoin(JOINS[join] ?? 0));
  if (opacity !== undefined) {
    const state = page.doc.context.obj({ Type: 'ExtGState', ca: Number(opacity), CA: Number(opacity) });
    operators.push(setGraphicsState(page.node.newExtGState('Opacity', state)));
  }
  return operators;
}

function transform(text: string): PDFOperator[] {
  const [, name, list = ''] = /^(\w+)\((.*)\)$/.exec(text) ?? [];
  const [a = 0, b, c = 0] = list.split(/[\s,]+/).map(Number);
  const move = (x: number, y: number): PDFOperator => concatTransformationMatrix(1, 0, 0, 1, x, y);
  switch (name) {
    case 'translate':
      return [move(a, b ?? 0)];
    case 'scale':
      return [concatTransformationMatrix(a, 0, 0, b ?? a, 0, 0)];
    case 'skewX':
      return [concatTransformationMatrix(1, 0, Math.tan(degreesToRadians(a)), 1, 0, 0)];
    case 'rotate': {
      const [cos, sin] = [Math.cos(degreesToRadians(a)), Math.sin(degreesToRadians(a))];
      return [move(b ?? 0, c), concatTransformationMatrix(cos, sin, -sin, cos, 0, 0), move(-(b ?? 0), -c)];
    }
    default:
      throw new Error(`a poster is drawn with ${text}, which is not known here`);
  }
}

/** The element's outline as path data. */
function shape(name: string, attributes: Attributes): string {
  const { x = '0', y = '0', width, height, cx, cy, r, rx = r, ry = r, d = '' } = attributes;
  if (name === 'path') return d;
  if (name === 'rect') return `M${x} ${y}h${width}v${height}h-${width}z`;
  if (name === 'circle' || name === 'ellipse') {
    const twice = 2 * Number(rx);
    return `M${Number(cx) - Number(rx)} ${cy}a${rx} ${ry} 0 1 0 ${twice} 0a${rx} ${ry} 0 1 0 -${twice} 0z`;
  }
  throw new Error(`a poster holds <${name}>, which is not known here`);
}

function drawn(path: string, { fill, stroke, width }: Paint): PDFOperator[] {
  return [
    // drawSvgPath turns what it draws upside down, as a page counts upwards; ours is turned already.
    concatTransformationMatrix(1, 0, 0, -1, 0, 0),
    ...drawSvgPath(path, {
      x: 0,
      y: 0,
      scale: 1,
      color: fill === 'none' ? undefined : colourOf(fill),
      borderColor: stroke === 'none' ? undefined : colourOf(stroke),
      borderWidth: stroke === 'none' ? 0 : width,
    }),
  ];
}

function colourOf(text: string): Color {
  const [, short, long] = /^#(?:([\da-f]{3})|([\da-f]{6}))$/i.exec(text) ?? [];
  const digits = long ?? short?.replace(/./g, '$&$&');
  if (digits === undefined) throw new Error(`a poster is painted in ${text}, which is not known here`);
  const part = (at: number): number => Number.parseInt(digits.slice(at, at + 2), 16) / 255;
  return rgb(part(0), part(2), part(4));
}
