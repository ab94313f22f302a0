export {};

declare global {
  /** k6's console: `@types/k6` leaves it out. With `--console-output` its lines go to a file. */
  const console: Readonly<Record<'log' | 'warn', (line: string) => void>>;
}
