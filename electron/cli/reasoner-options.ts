import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { Option } from 'commander';
import { EngineError } from '../../native-models/protocol/errors.ts';
import type { ParamsInput } from '../../native-models/protocol/methods.ts';
import { instructionsSchema, toolPresetNames } from '../../native-models/protocol/reasoner-request.ts';
import type { Instructions } from '../../native-models/protocol/reasoner-request.ts';
import { numberFrom, wholeNumber } from './option-values.ts';

const presetNames = toolPresetNames.join(', ');

/** Options of `ask` for models that reason aloud, as commander reads them. */
export interface ReasonerOptions {
  readonly verbatim?: boolean;
  readonly instructions?: string;
  readonly fps?: number;
  readonly minFrames?: number;
  readonly maxFrames?: number;
  readonly minPixels?: number;
  readonly maxPixels?: number;
  readonly secondsPerPair?: 'exact' | 'whole';
  readonly repetitionPenalty?: number;
  readonly tools?: string;
  readonly toolsFrom?: string;
  readonly shownPath?: string;
  readonly toolsPackage?: string;
  readonly toolRounds?: number;
  readonly verifyWith?: string;
  readonly verify?: 'said' | 'grounded';
  readonly answerFrom?: 'whole' | 'moment';
}

type ReasonerParams = NonNullable<ParamsInput<'ask'>['reasoner']>;

/** Adds the options for models that reason aloud, as a group of their own in the help. */
export function addReasonerOptions(command: Command): Command {
  return command
    .optionsGroup(
      'For models that reason aloud (Qwen2.5-VL, Qwen3-VL); what is left out is as the package says:',
    )
    .option('--verbatim', 'the question is the whole prompt: nothing is added to it')
    .option(
      '--instructions <file>',
      'how to reply, after the question: JSON with "choice" and "open", or plain text',
    )
    .option('--fps <f>', 'frames a second to look at', numberFrom(Number.MIN_VALUE))
    .option('--min-frames <n>', 'fewest frames', wholeNumber(2))
    .option('--max-frames <n>', 'most frames', wholeNumber(2))
    .option('--min-pixels <n>', 'smallest area of a frame', wholeNumber(1))
    .option('--max-pixels <n>', 'largest area of a frame', wholeNumber(1))
    .addOption(
      new Option(
        '--seconds-per-pair <rule>',
        'Qwen2.5-VL: exact seconds, or cut to whole ones as transformers up to 4.57 did',
      ).choices(['exact', 'whole']),
    )
    .option('--repetition-penalty <x>', 'above 1 makes repeating less likely', numberFrom(1, 10))
    .option(
      '--tools <file>',
      `let the model call tools: the protocol that it was trained for, as JSON, or a preset (${presetNames})`,
    )
    .option('--tools-from <dir>', 'with a preset: a copy of its project, whose own words are used')
    .option('--tools-package <dir>', 'with --tools: VideoMind package for tools that ground or verify')
    .option(
      '--shown-path <name>',
      'with --tools: the name that stands for the video; default: the file’s name',
    )
    .option('--tool-rounds <n>', 'with --tools: rounds of calls whose results are read', wholeNumber(0, 100))
    .option('--verify-with <dir>', 'VideoMind package that judges moments for this model')
    .addOption(
      new Option(
        '--verify <which>',
        'with --verify-with: the times that the reply says, or what the package itself finds',
      ).choices(['said', 'grounded']),
    )
    .addOption(
      new Option(
        '--answer-from <part>',
        'with --verify-with: answer from everything, or from the best moment only',
      ).choices(['whole', 'moment']),
    );
}

/** What is wrong with the options together; undefined if nothing is. */
export function reasonerUsageProblem(options: ReasonerOptions): string | undefined {
  if (options.verbatim === true && options.instructions !== undefined)
    return 'error: give either --verbatim or --instructions';
  const { tools, shownPath, toolRounds } = options;
  const beside = [shownPath, toolRounds, options.toolsFrom, options.toolsPackage];
  if (tools === undefined && beside.some((value) => value !== undefined))
    return 'error: --tools-from, --tools-package, --shown-path and --tool-rounds need --tools';
  if (tools !== undefined && (options.verbatim === true || options.instructions !== undefined))
    return 'error: with --tools the tools file says how questions are put; leave out --verbatim and --instructions';
  const { verify, answerFrom, verifyWith } = options;
  if (verifyWith === undefined && (verify !== undefined || answerFrom !== undefined))
    return 'error: --verify and --answer-from need --verify-with';
  return undefined;
}

/** The reasoner's share of a request; undefined where no such option was given. @throws EngineError ARGUMENT_INVALID */
export async function reasonerParams(options: ReasonerOptions): Promise<ReasonerParams | undefined> {
  const { fps, minFrames, maxFrames, minPixels, maxPixels, secondsPerPair, repetitionPenalty } = options;
  const { verbatim, instructions, verifyWith, verify, answerFrom } = options;
  const params: ReasonerParams = {
    ...{ verbatim, fps, minFrames, maxFrames, minPixels, maxPixels, secondsPerPair, repetitionPenalty },
    instructions: instructions === undefined ? undefined : await readInstructions(instructions),
    tools: await toolsParams(options),
    verification:
      verifyWith === undefined
        ? undefined
        : { modelPath: path.resolve(verifyWith), candidates: verify, answerFrom },
  };
  return Object.values(params).some((value) => value !== undefined) ? params : undefined;
}

/** The protocol as it is: the engine reads it, numbers and all. */
async function toolsParams(options: ReasonerOptions): Promise<ReasonerParams['tools']> {
  const { tools, toolsFrom, toolsPackage, shownPath, toolRounds } = options;
  if (tools === undefined) return undefined;
  const beside = {
    ...{ shownPath, toolRounds },
    packagePath: toolsPackage === undefined ? undefined : path.resolve(toolsPackage),
  };
  if (toolsFrom !== undefined) return { ...beside, preset: { name: tools, folder: path.resolve(toolsFrom) } };
  const protocol = await readFile(tools, 'utf8').catch((cause: unknown) => {
    throw new EngineError('TOOLS_INVALID', `The tools file ${tools} cannot be read.`, {
      remedy: `Check the path after --tools; a preset (${presetNames}) needs --tools-from with a copy of its project.`,
      cause,
    });
  });
  return { ...beside, protocol };
}

/** JSON with both kinds of instructions, or a text for either. */
async function readInstructions(filePath: string): Promise<Instructions> {
  const text = await readFile(filePath, 'utf8').catch((cause: unknown) => {
    throw invalid(filePath, 'cannot be read', cause);
  });
  if (!filePath.endsWith('.json')) {
    const lines = text.trimEnd();
    return { choice: lines, open: lines };
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw invalid(filePath, 'is not JSON', cause);
  }
  const parsed = instructionsSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw invalid(filePath, 'does not hold the texts "choice" and "open"', parsed.error);
}

function invalid(filePath: string, problem: string, cause: unknown): EngineError {
  return new EngineError('ARGUMENT_INVALID', `The instructions ${filePath} ${problem}.`, {
    remedy:
      'Give a JSON file such as {"choice": "Reply with the letter.", "open": "Reply briefly."}, or plain text.',
    cause,
  });
}
