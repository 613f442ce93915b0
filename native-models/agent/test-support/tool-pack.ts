import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ToolLoopTrace } from '../../protocol/run-trace.ts';

/** For tests: the packs of reference numbers for models that call tools. */
export const toolPackNames = ['pack-tools', 'pack-tools-qwen3'] as const;
export type ToolPackName = (typeof toolPackNames)[number];

/** One question of a pack's expected/runs.json, with all that the reference saw, called and said. */
export interface ExpectedLoop extends ToolLoopTrace {
  readonly ask: {
    readonly video: string;
    readonly question: string;
    readonly shownPath: string;
    readonly toolRounds?: number;
    readonly maxFrames?: number;
  };
  readonly penalized: {
    readonly repetitionPenalty: number;
    readonly outputIds: readonly (readonly number[])[];
    readonly stop: string;
    readonly answer: string | null;
  };
}

export function toolPackPath(pack: ToolPackName, path = ''): string {
  return fileURLToPath(new URL(`../../fixtures/${pack}/${path}`, import.meta.url));
}

export function expectedLoops(pack: ToolPackName): ExpectedLoop[] {
  return readToolPackJson(pack, 'expected/runs.json') as ExpectedLoop[];
}

/** Any JSON file of a pack. */
export function readToolPackJson(pack: ToolPackName, path: string): unknown {
  return JSON.parse(readToolPackText(pack, path));
}

/** Any text file of a pack. */
export function readToolPackText(pack: ToolPackName, path: string): string {
  return readFileSync(toolPackPath(pack, path), 'utf8');
}
