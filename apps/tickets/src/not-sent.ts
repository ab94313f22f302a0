/** Nothing was sent: nothing can have happened. */
export class NotSent extends Error {
  override readonly name = 'NotSent';
}
