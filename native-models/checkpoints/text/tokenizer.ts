import { Tokenizer } from '@huggingface/tokenizers';
import type { TextTokenizer } from '../../architectures/vision-language-model.ts';
import { EngineError } from '../../protocol/errors.ts';
import type { TokenizerFiles } from '../checkpoint-files.ts';
import { isJsonObject, type JsonObject, readJsonObject } from '../read-file.ts';

/** A tokenizer.json of 150,000 entries has 7 MB (11 MB with merges written as pairs). */
const maxTokenizerBytes = 128 * 1024 * 1024;

/** Ids are positions in a table; a huge one would make the table huge. */
const maxTokenId = 1 << 24;

function isTokenId(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < maxTokenId;
}

function isMerge(merge: unknown): boolean {
  if (typeof merge === 'string') return merge.includes(' ');
  return Array.isArray(merge) && merge.length === 2 && merge.every((part) => typeof part === 'string');
}

/**
 * The characters that byte-level encoding writes the 256 bytes as: printable ones as themselves, the others counted on
 * from 256 (GPT-2's table).
 */
function byteCharacters(): string[] {
  const isPrintable = (byte: number): boolean =>
    (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad && byte <= 0xff);
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isPrintable(byte) ? byte : next++));
}

/** What is wrong with the parts of a tokenizer.json that the library takes on trust; undefined if nothing is. */
function findProblem(tokenizer: JsonObject): string | undefined {
  const { model, added_tokens: addedTokens } = tokenizer;
  if (!isJsonObject(model)) return 'it has no model';
  if (model['type'] !== undefined && model['type'] !== 'BPE') return 'its model is not byte-pair encoding';
  const { vocab, merges } = model;
  if (!isJsonObject(vocab) || Object.keys(vocab).length === 0) return 'it has no vocabulary';
  if (!Object.values(vocab).every(isTokenId)) return 'its vocabulary holds something that is no token id';
  // A byte without a token would be left out of prompts without a word.
  if (!byteCharacters().every((character) => Object.hasOwn(vocab, character))) {
    return 'its vocabulary does not cover all bytes';
  }
  if (!Array.isArray(merges) || !merges.every(isMerge)) return 'its merges are not pairs of tokens';
  if (!Array.isArray(addedTokens)) return 'it has no list of added tokens';
  const isAddedToken = (token: unknown): boolean =>
    isJsonObject(token) &&
    isTokenId(token['id']) &&
    typeof token['content'] === 'string' &&
    token['content'] !== '';
  return addedTokens.every(isAddedToken) ? undefined : 'its added tokens are damaged';
}

function invalid(path: string, problem: string, cause?: unknown): EngineError {
  return new EngineError('TOKENIZER_INVALID', `${path}: ${problem}.`, { cause });
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Wraps the library's tokenizer; `path` names its file in errors. */
function wrapTokenizer(tokenizer: Tokenizer, path: string): TextTokenizer {
  return {
    encode(text) {
      return tokenizer.encode(text).ids.map((id) => {
        if (id === undefined) throw invalid(path, 'it makes tokens that its vocabulary does not have');
        return id;
      });
    },
    decode(ids, options = {}) {
      // The vocabulary is padded: the network can name ids that no token has. They stand for no text.
      const known = ids.filter((id) => tokenizer.id_to_token(id) !== undefined);
      if (known.length === 0) return '';
      return tokenizer.decode(known, {
        skip_special_tokens: options.keepSpecial !== true,
        clean_up_tokenization_spaces: false,
      });
    },
    tokenId: (token) => tokenizer.token_to_id(token),
  };
}

/**
 * Makes a tokenizer from a parsed tokenizer.json.
 * Throws TOKENIZER_INVALID, naming `path`, when they are damaged.
 */
export function createTokenizer(tokenizer: JsonObject, path: string): TextTokenizer {
  const problem = findProblem(tokenizer);
  if (problem !== undefined) throw invalid(path, problem);
  try {
    // tokenizer.json says it all; what the library would take from tokenizer_config.json only concerns other families.
    const wrapped = wrapTokenizer(new Tokenizer(tokenizer, {}), path);
    wrapped.decode(wrapped.encode('Yes, 1 é\n'));
    return wrapped;
  } catch (error) {
    if (error instanceof EngineError) throw error;
    throw invalid(path, describe(error), error);
  }
}

/**
 * Loads a checkpoint's tokenizer from its tokenizer.json. Throws TOKENIZER_INVALID when it is damaged,
 * CHECKPOINT_INCOMPLETE when it cannot be read.
 */
export async function loadTokenizer(files: Pick<TokenizerFiles, 'tokenizerPath'>): Promise<TextTokenizer> {
  const { tokenizerPath } = files;
  const tokenizer = await readJsonObject(tokenizerPath, 'TOKENIZER_INVALID', maxTokenizerBytes);
  return createTokenizer(tokenizer, tokenizerPath);
}
