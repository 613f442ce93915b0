import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { AnswererTrace, GrounderTrace, PlannerTrace, VerifierTrace } from '../../protocol/run-trace.ts';

/** For tests: the packs of reference numbers that the project is held against. */
export const packNames = ['pack-2b', 'pack-7b'] as const;
export type PackName = (typeof packNames)[number];

/** One question of a pack's expected/runs.json, with what the reference saw and said. */
export interface ExpectedRun {
  readonly ask: {
    readonly video: string;
    readonly question: string;
    readonly options: string[] | null;
    readonly ground_only?: boolean;
  };
  readonly totalFrames: number;
  readonly fps: number;
  readonly duration: number;
  readonly planner?: PlannerTrace;
  readonly grounder?: GrounderTrace;
  readonly verifier?: VerifierTrace;
  readonly answerer?: AnswererTrace;
}

/** The parts of a pack's expected/tables.json that the agent is tested against. */
export interface ExpectedTables {
  readonly parseSpan: readonly {
    readonly span: readonly [number, number];
    readonly duration: number;
    readonly minLength: number;
    readonly result: readonly [number, number];
  }[];
  readonly ropeIndex: readonly {
    readonly inputIds: readonly number[];
    readonly gridsTHW: readonly (readonly [number, number, number])[];
    readonly positions: readonly (readonly number[])[];
    readonly delta: number;
  }[];
}

/** Folder of a pack. */
export function packPath(pack: PackName, path = ''): string {
  return fileURLToPath(new URL(`../../fixtures/${pack}/${path}`, import.meta.url));
}

export function expectedRuns(pack: PackName): ExpectedRun[] {
  return readJson(pack, 'expected/runs.json') as ExpectedRun[];
}

export function expectedTables(pack: PackName): ExpectedTables {
  return readJson(pack, 'expected/tables.json') as ExpectedTables;
}

/** Any JSON file of a pack. */
export function readJson(pack: PackName, path: string): unknown {
  return JSON.parse(readFileSync(packPath(pack, path), 'utf8'));
}
