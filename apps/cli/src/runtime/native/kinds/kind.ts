import type { InstalledPart, PartName } from '../../../parts/index.ts';
import type { ComposeService } from '../../../stage/compose-service.ts';
import type { Preparation } from '../plan.ts';

/** What a kind is given to work out how its box is started as a local process. */
export interface LaunchInputs {
  readonly service: ComposeService;
  readonly name: string;
  readonly address: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly parts: ReadonlyMap<PartName, InstalledPart>;
  readonly apps: string;
  readonly template: string;
  /** A broker's prepared log directory and class archive (`broker-template.ts`); empty where no box is one. */
  readonly broker: string;
  /** The stack's folder; a box keeps its data in `data/<name>` below it. */
  readonly folder: string;
  /** Boxes have network namespaces of their own: connections come from the boxes' addresses, not from 127.0.0.1. */
  readonly isolated?: boolean;
  /** User that the box runs as; null: the one who starts the stack. */
  readonly user: number | null;
}

export interface Launch {
  readonly argv: readonly string[];
  readonly cwd?: string;
  /** Added to the environment that compose.yaml declares. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly prepare?: readonly Preparation[];
}

/** One image family as a local process: the native half of the contract that the official image keeps in Compose. */
export interface Kind {
  /** Image names, without version, that this one stands for. */
  readonly images: readonly string[];
  readonly parts: readonly PartName[];
  launch(inputs: LaunchInputs): Launch;
}

/** A part that `partsOf` has asked for. */
export function part(inputs: LaunchInputs, name: PartName): InstalledPart {
  const found = inputs.parts.get(name);
  if (!found) throw new TypeError(`part ${name} was not provided for ${inputs.name}`);
  return found;
}

export function program(inputs: LaunchInputs, name: PartName, file: string = name): string {
  const path = part(inputs, name).programs[file];
  if (!path) throw new TypeError(`part ${name} has no program ${file}`);
  return path;
}
