/** Something that breaks a rule of the project, with the place to mend. */
export interface Finding {
  /** Path relative to the checkout, with a line where there is one. */
  readonly where: string;
  readonly what: string;
}

/** One rule: what it holds, and what breaks it now. */
export interface Rule {
  readonly name: string;
  find(): Promise<Finding[]>;
}
