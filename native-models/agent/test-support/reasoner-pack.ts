import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ReasonerTrace } from '../../protocol/run-trace.ts';

/** For tests: the packs of reference numbers for models that reason aloud. */
export const reasonerPackNames = ['pack-qwen2.5', 'pack-qwen3'] as const;
export type ReasonerPackName = (typeof reasonerPackNames)[number];

/** One question of a pack's expected/runs.json, with what the reference saw and said. */
export interface ExpectedReply extends ReasonerTrace {
  readonly ask: {
    readonly video: string | null;
    readonly question: string;
    readonly options?: string[];
    readonly fps?: number;
    readonly maxFrames?: number;
    readonly minPixels?: number;
    readonly maxPixels?: number;
    readonly imagePatchSize?: number;
  };
  readonly penalized: readonly {
    readonly repetitionPenalty: number;
    readonly outputIds: readonly number[];
    readonly response: string;
  }[];
  /** Positions with seconds per pair not cut (Qwen2.5-VL). */
  readonly fraction?: {
    readonly ropeDelta: number;
    readonly pairPositions: number[];
    readonly outputIds: number[];
    readonly response: string;
  };
}

/** The parts of a pack's expected/tables.json that the reasoner is tested against. */
export interface ReasonerTables {
  readonly timestamps: readonly { frameIndices: number[]; fps: number; texts: string[] }[];
  readonly processorSampleFrames: readonly {
    readonly totalFrames: number;
    readonly fps: number;
    readonly sampleFps: number;
    readonly result: number[] | { readonly error: string };
  }[];
}

/** What a pack was made with. */
export interface ReasonerPackFacts {
  readonly budget: { fps: number; maxFrames: number; minPixels: number; maxPixels: number };
  readonly suffix: { readonly mcq: string; readonly open: string };
}

export function reasonerPackPath(pack: ReasonerPackName, path = ''): string {
  return fileURLToPath(new URL(`../../fixtures/${pack}/${path}`, import.meta.url));
}

export function expectedReplies(pack: ReasonerPackName): ExpectedReply[] {
  return readPackJson(pack, 'expected/runs.json') as ExpectedReply[];
}

export function readReasonerTables(pack: ReasonerPackName): ReasonerTables {
  return readPackJson(pack, 'expected/tables.json') as ReasonerTables;
}

export function reasonerPackFacts(pack: ReasonerPackName): ReasonerPackFacts {
  return readPackJson(pack, 'pack.json') as ReasonerPackFacts;
}

/** Any JSON file of a pack. */
export function readPackJson(pack: ReasonerPackName, path: string): unknown {
  return JSON.parse(readFileSync(reasonerPackPath(pack, path), 'utf8'));
}

/** Any text file of a pack. */
export function readPackText(pack: ReasonerPackName, path: string): string {
  return readFileSync(reasonerPackPath(pack, path), 'utf8');
}
