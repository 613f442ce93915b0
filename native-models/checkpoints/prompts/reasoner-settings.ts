import { findFirst } from '../checkpoint-files.ts';
import { EngineError } from '../../protocol/errors.ts';
import { reasonerSettingsSchema, type ReasonerSettings } from '../manifest.ts';
import { isFile, readJsonObject } from '../read-file.ts';
import { describeSchemaProblem } from '../schema-problem.ts';

/** The instruction lines of a checkpoint, beside its weights: `{"choice": …, "open": …}`. */
const instructionsFile = 'instructions.json';

/** How VideoKR's evaluation shows and asks; every plain checkpoint is shown the same unless told otherwise. */
export const defaultReasonerSettings: ReasonerSettings = {
  fps: 2,
  minFrames: 4,
  maxFrames: 128,
  minPixels: 28,
  maxPixels: 200_704,
  readerPatchSize: 14,
  maxNewTokens: 8192,
  maxContextTokens: 32_768,
  temperature: 0.1,
  topP: 0.001,
};

/** Settings of a model that reasons aloud, and the file of its instructions, if there is one. */
export interface LoadedReasonerSettings {
  readonly settings: ReasonerSettings;
  readonly file: string | undefined;
}

/**
 * The settings for a checkpoint: VideoKR's, with the instructions from `promptsPath`, else from instructions.json in the
 * first of its folders that has one; without either the agent uses its own words.
 * @throws EngineError PROMPTS_INVALID.
 */
export async function loadReasonerSettings(options: {
  readonly folders: readonly string[];
  readonly promptsPath: string | undefined;
}): Promise<LoadedReasonerSettings> {
  const file = options.promptsPath ?? (await findFirst(options.folders, instructionsFile));
  if (file === undefined) return { settings: defaultReasonerSettings, file };
  if (!(await isFile(file))) throw new EngineError('PROMPTS_INVALID', `${file} is not a file.`);
  const parsed = reasonerSettingsSchema.shape.instructions
    .unwrap()
    .safeParse(await readJsonObject(file, 'PROMPTS_INVALID'));
  if (!parsed.success) {
    throw new EngineError('PROMPTS_INVALID', `${file}: ${describeSchemaProblem(parsed.error)}`, {
      remedy: 'Give a JSON file with the texts "choice" and "open".',
    });
  }
  return { settings: { ...defaultReasonerSettings, instructions: parsed.data }, file };
}
