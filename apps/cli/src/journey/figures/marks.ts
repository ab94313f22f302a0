import type { Journey } from '../record.ts';
import { figures, isFigure, ORIGIN } from './figures.ts';

/**
 * A text takes a figure from the recorded journey like this; neither mark is seen where the text is rendered:
 *
 *     Three databases answer <!-- figure 4.gain -->× 2.86<!-- / --> as many requests.
 */
const MARK = /<!-- figure (\S+) -->((?:(?!<!--)[\s\S])*)<!-- \/ -->/g;
const OPENING = /<!-- figure /g;
/** Markdown takes a line that begins with a comment for HTML, and leaves its backticks and stars as they are. */
const AT_LINE_START = /^ {0,3}<!-- figure /;

/** The text with the journey's figures between its marks. `journey` null: none is recorded, and no figure stands there. */
export function withFigures(text: string, journey: Journey | null): string {
  const known = journey === null ? new Map<string, string>() : figures(journey);
  return text.replace(MARK, (mark, key: string) =>
    isFigure(key) ? `<!-- figure ${key} -->${known.get(key) ?? unrecorded(key)}<!-- / -->` : mark,
  );
}

export interface WrongMark {
  /** From 1. */
  readonly line: number;
  readonly what: string;
}

/** The marks that name no figure, or between which stands something else than the journey says. */
export function wrongMarks(text: string, journey: Journey | null): WrongMark[] {
  const known = journey === null ? new Map<string, string>() : figures(journey);
  const marks = [...text.matchAll(MARK)];
  const whole = new Set(marks.map(({ index }) => index));
  const unclosed = [...text.matchAll(OPENING)].filter(({ index }) => !whole.has(index));
  return [
    ...marks.flatMap(({ 1: key = '', 2: shown = '', index }) => {
      const what = wrong(key, shown, known.get(key)) ?? misplaced(text, index);
      return what === null ? [] : [{ line: lineOf(text, index), what }];
    }),
    ...unclosed.map(({ index }) => ({
      line: lineOf(text, index),
      what: 'a figure opens here that no <!-- / --> closes',
    })),
  ];
}

function wrong(key: string, shown: string, recorded: string | undefined): string | null {
  if (!isFigure(key)) return `there is no figure "${key}"`;
  const due = recorded ?? unrecorded(key);
  if (shown === due) return null;
  if (recorded === undefined) return `"${shown}" is marked as ${key}, of which no valid figure is recorded`;
  return `"${shown}" is not what is recorded as ${key}: "${recorded}"`;
}

function misplaced(text: string, index: number): string | null {
  const start = text.lastIndexOf('\n', index - 1) + 1;
  return AT_LINE_START.test(text.slice(start)) && text.slice(start, index).trim() === ''
    ? 'a figure begins this line, which Markdown would take for HTML: put a word before it'
    : null;
}

/** Nothing, but where a whole sentence is missing, that it is. */
function unrecorded(key: string): string {
  return key === ORIGIN || key.endsWith('.summary') ? 'not recorded yet' : '';
}

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
