import { Option } from 'commander';
import type { Command } from 'commander';
import { searchModeSchema, speedSchema } from '../../native-models/protocol/search-request.ts';
import type { SearchMode, SearchRequest, Speed } from '../../native-models/protocol/search-request.ts';
import { numberFrom } from './option-values.ts';

/** Options that say how a long video is looked through, as commander reads them. */
export interface SearchOptions {
  readonly search?: SearchMode;
  readonly windowSec?: number;
  readonly sampleFps?: number;
  readonly speed?: Speed;
}

/** Adds them to a command. */
export function addSearchOptions(command: Command): Command {
  const mode = new Option(
    '--search <how>',
    'whole: all of the video at once, as published (default); windows: window by window, closely; auto: by length',
  ).choices(searchModeSchema.options);
  const speed = new Option(
    '--speed <name>',
    'exact: number for number as published (default); fast: what is nearly equal is seen once, roles share frames, and frames are small',
  ).choices(speedSchema.options);
  return command
    .addOption(mode)
    .addOption(speed)
    .option(
      '--window-sec <s>',
      'with --search windows: length of a window; default: what fills the model’s budget of frames',
      numberFrom(Number.MIN_VALUE),
    )
    .option(
      '--sample-fps <f>',
      'with --search windows: frames a second in windows; default: the model’s',
      numberFrom(Number.MIN_VALUE),
    );
}

/** What is wrong with how they were given; undefined if nothing is. */
export function searchUsageProblem({ search, windowSec, sampleFps }: SearchOptions): string | undefined {
  if (windowSec === undefined && sampleFps === undefined) return undefined;
  if (search !== undefined && search !== 'whole') return undefined;
  return 'error: --window-sec and --sample-fps go with --search windows or auto';
}

/** The request's share of them. */
export function searchParams({ search, windowSec, sampleFps }: SearchOptions): SearchRequest | undefined {
  if (search === undefined) return undefined;
  return {
    mode: search,
    ...(windowSec === undefined ? {} : { windowSec }),
    ...(sampleFps === undefined ? {} : { sampleFps }),
  };
}
