/** Shows itself in the outlet; the function it returns ends what it started. */
export type View = (outlet: HTMLElement) => () => void;
