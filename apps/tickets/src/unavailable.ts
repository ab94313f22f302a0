/**
 * What was asked cannot be done now, and the client should know why and what became of it: answered as 503. `kind` is a
 * word for programs, the message one sentence for people, `detail` what to do.
 */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
  readonly kind: string;
  readonly detail: string;

  constructor(kind: string, message: string, options: { readonly detail: string; readonly cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.detail = options.detail;
  }
}
