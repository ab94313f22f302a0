import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { InstalledPart } from '../../parts/index.ts';

export interface BrokerCommand {
  readonly java: InstalledPart;
  readonly kafka: InstalledPart;
  /** File of the settings that do not differ from box to box. */
  readonly settings: string;
  /** Folder of the log. */
  readonly log: string;
  /** Address to listen on, and the name by which clients, and it itself as its own controller, find it. */
  readonly address: string;
  readonly name: string;
  /** Options of the Java machine. */
  readonly machine: readonly string[];
}

/** What starts soon rather than runs fastest; as `boxes.yaml` says it for the official image. */
const MACHINE = ['-Xms128m', '-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

/** What differs from box to box, as `stages/broker/broker.sh` says it in Compose. */
export function overrides({ log, address, name }: Pick<BrokerCommand, 'log' | 'address' | 'name'>): string[] {
  return [
    `log.dirs=${log}`,
    `listeners=PLAINTEXT://${address}:9092,CONTROLLER://${address}:9093`,
    `advertised.listeners=PLAINTEXT://${name}:9092`,
    `controller.quorum.voters=1@${name}:9093`,
  ];
}

/** Kafka as a local process. */
export function brokerCommand(command: BrokerCommand): string[] {
  const { settings, machine } = command;
  const arguments_ = overrides(command).flatMap((override) => ['--override', override]);
  return [...javaCommand(command, [...MACHINE, ...machine]), 'kafka.Kafka', settings, ...arguments_];
}

export function javaCommand(
  { java, kafka }: Pick<BrokerCommand, 'java' | 'kafka'>,
  options: readonly string[],
): string[] {
  return [java.programs.java ?? '', ...options, '-Dlog4j2.level=WARN', '-cp', classPath(kafka)];
}

/** By name and in order: an archive of classes serves the very path that it was made with. */
function classPath(kafka: InstalledPart): string {
  const libs = join(dirname(kafka.programs['kafka-server-start.sh'] ?? ''), '..', 'libs');
  return readdirSync(libs)
    .filter((name) => name.endsWith('.jar'))
    .sort()
    .map((name) => join(libs, name))
    .join(':');
}
