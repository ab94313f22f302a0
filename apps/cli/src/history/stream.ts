/** One event stream of a client, from its headers to its end. Moments in milliseconds since 1970. */
export interface StreamRecord {
  /** The client. */
  readonly process: string;
  readonly showId: number;
  readonly openedAt: number;
  /** null: open when the run ended. */
  closedAt: number | null;
  /** When the last byte came: events and the comments between them. */
  heardAt: number;
  readonly events: StreamEvent[];
}

type StreamEvent =
  | { readonly at: number; readonly kind: 'seats'; readonly seats: readonly number[]; readonly sold: boolean }
  | { readonly at: number; readonly kind: 'missed' };
