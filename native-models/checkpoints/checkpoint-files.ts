import { join } from 'node:path';
import { EngineError } from '../protocol/errors.ts';
import {
  isFile,
  isJsonObject,
  type JsonObject,
  readJsonObject,
  readOptionalJsonObject,
  readTextFile,
} from './read-file.ts';

/** Longest chat template that is read, in bytes. */
export const maxTemplateBytes = 256 * 1024;

/** Files that the text side of a checkpoint is read from. */
export interface TokenizerFiles {
  readonly tokenizerPath: string;
  readonly tokenizerConfigPath: string | undefined;
}

/** A text and the file it came from. */
export interface SourcedText {
  readonly text: string;
  readonly path: string;
}

/** A configuration and the file it came from. */
export interface SourcedConfig {
  readonly config: JsonObject;
  readonly path: string;
}

/** The first of the folders that has the file, as a path. */
export async function findFirst(folders: readonly string[], name: string): Promise<string | undefined> {
  for (const folder of folders) {
    if (await isFile(join(folder, name))) return join(folder, name);
  }
  return undefined;
}

/** Reads a JSON file from the first of the folders that has it. Throws CONFIG_INVALID. */
export async function readFirstConfig(
  folders: readonly string[],
  name: string,
): Promise<SourcedConfig | undefined> {
  const path = await findFirst(folders, name);
  return path === undefined ? undefined : { config: await readJsonObject(path), path };
}

/**
 * What is done to the frames of a video. Newer libraries save one processor_config.json with the processors nested in it, which
 * goes before the files of their own; where videos have none, that of pictures counts.
 * Throws CONFIG_INVALID.
 */
export async function readProcessorConfig(folders: readonly string[]): Promise<SourcedConfig | undefined> {
  const whole = await readFirstConfig(folders, 'processor_config.json');
  const nested = (field: string): SourcedConfig | undefined => {
    const config = whole?.config[field];
    return whole !== undefined && isJsonObject(config) ? { config, path: whole.path } : undefined;
  };
  return (
    nested('video_processor') ??
    (await readFirstConfig(folders, 'video_preprocessor_config.json')) ??
    nested('image_processor') ??
    (await readFirstConfig(folders, 'preprocessor_config.json'))
  );
}

/** What is done to single images, likewise. Throws CONFIG_INVALID. */
export async function readImageProcessorConfig(
  folders: readonly string[],
): Promise<SourcedConfig | undefined> {
  const whole = await readFirstConfig(folders, 'processor_config.json');
  const nested = whole?.config['image_processor'];
  if (whole !== undefined && isJsonObject(nested)) return { config: nested, path: whole.path };
  return readFirstConfig(folders, 'preprocessor_config.json');
}

/**
 * The tokenizer of a checkpoint: from the first folder that has one, and all of it from there.
 * Throws CHECKPOINT_INCOMPLETE when there is no tokenizer.json.
 */
export async function findTokenizerFiles(folders: readonly string[]): Promise<TokenizerFiles> {
  for (const folder of folders) {
    const tokenizerPath = join(folder, 'tokenizer.json');
    if (await isFile(tokenizerPath)) {
      const configPath = join(folder, 'tokenizer_config.json');
      return { tokenizerPath, tokenizerConfigPath: (await isFile(configPath)) ? configPath : undefined };
    }
  }
  throw new EngineError('CHECKPOINT_INCOMPLETE', `There is no tokenizer.json in ${folders.join(' or ')}.`);
}

/** `chat_template` is a text, or a list of named ones of which `default` counts. */
function templateIn(config: JsonObject | undefined): string | undefined {
  const template = config?.['chat_template'];
  if (typeof template === 'string') return template;
  if (!Array.isArray(template)) return undefined;
  const named = (template as unknown[]).find(
    (entry) => (entry as { name?: unknown } | null)?.name === 'default',
  ) as { template?: unknown } | undefined;
  return typeof named?.template === 'string' ? named.template : undefined;
}

/**
 * The chat template, from chat_template.jinja, chat_template.json or tokenizer_config.json of the first folder that has
 * one. Throws CHECKPOINT_INCOMPLETE when none has, CONFIG_INVALID for one that is too long.
 */
export async function readChatTemplate(folders: readonly string[]): Promise<SourcedText> {
  for (const folder of folders) {
    const jinjaPath = join(folder, 'chat_template.jinja');
    if (await isFile(jinjaPath)) {
      return { text: await readTextFile(jinjaPath, 'CONFIG_INVALID', maxTemplateBytes), path: jinjaPath };
    }
    for (const name of ['chat_template.json', 'tokenizer_config.json', 'processor_config.json']) {
      const path = join(folder, name);
      const text = templateIn(await readOptionalJsonObject(path));
      if (text === undefined) continue;
      if (text.length > maxTemplateBytes) {
        throw new EngineError('CONFIG_INVALID', `${path} has a chat template of ${text.length} characters.`);
      }
      return { text, path };
    }
  }
  throw new EngineError('CHECKPOINT_INCOMPLETE', `There is no chat template in ${folders.join(' or ')}.`, {
    remedy:
      'Download chat_template.jinja of the checkpoint, or the chat_template.json or tokenizer_config.json that holds it.',
  });
}
