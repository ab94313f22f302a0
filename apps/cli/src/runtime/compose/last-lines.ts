import { readLogs } from './logs.ts';
import type { Project } from './project.ts';

const LINES = 12;

/** The last words of a box, for a message. */
export async function lastLines(project: Project, box: string): Promise<string> {
  const lines: string[] = [];
  for await (const line of readLogs(project, { boxes: [box], tail: LINES })) lines.push(line);
  return lines.slice(-LINES).join('\n');
}
