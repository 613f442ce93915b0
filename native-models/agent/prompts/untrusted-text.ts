import type { TextTokenizer } from '../../architectures/vision-language-model.ts';

/** Text that may be a control token of the network, e.g. `<|video_pad|>`. */
const controlToken = /<(\|[^<>|]*\|>)/gu;

/** Marks a text as written by a person, a file or a model. */
export type Guard = (text: string) => string;

/** Whether a text holds what would be read as a control token if it were part of a template. */
export function holdsControlTokens(text: string, tokenizer: TextTokenizer): boolean {
  return [...text.matchAll(controlToken)].some(([token]) => tokenizer.tokenId(token) !== undefined);
}

/**
 * Tokenizes a prompt so that what people, files and models wrote in it is never read as control tokens: a question
 * that holds `<|video_pad|>` or `<|im_end|>` reaches the network letter by letter, as plain text.
 *
 * `write` builds the prompt and passes each such text through `guard`. In a guarded text each control token is cut in
 * two by a separator that occurs nowhere in the prompt, and the prompt is tokenized piece by piece. Prompts without
 * such tokens are tokenized as a whole. `text` is the prompt as written, without separators; `expand` changes what is
 * tokenized, but not that.
 */
export function tokenizeGuarded(
  tokenizer: TextTokenizer,
  write: (guard: Guard) => string,
  expand: (written: string) => string = (written) => written,
): { readonly text: string; readonly tokenIds: number[] } {
  const text = write((untrusted) => untrusted);
  const separator = absentFrom(text);
  const guarded = write((untrusted) =>
    untrusted.replace(controlToken, (token, rest: string) =>
      tokenizer.tokenId(token) === undefined ? token : `<${separator}${rest}`,
    ),
  );
  return {
    text,
    tokenIds: expand(guarded)
      .split(separator)
      .flatMap((piece) => tokenizer.encode(piece)),
  };
}

function absentFrom(text: string): string {
  const privateUse = '\uE000';
  let separator = privateUse;
  while (text.includes(separator)) separator += privateUse;
  return separator;
}
