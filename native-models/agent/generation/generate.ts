import type {
  ForwardResult,
  LanguageModel,
  NetworkShape,
} from '../../architectures/vision-language-model.ts';
import type { TextTokenizer } from '../../architectures/vision-language-model.ts';
import { EngineError } from '../../protocol/errors.ts';
import type { Role } from '../../protocol/roles.ts';
import type { TokenCache } from '../../runtime/kv-cache.ts';
import { pauseForCancel } from '../cancellation.ts';
import { TextStream } from './text-stream.ts';
import type { Rows } from '../../architectures/device-rows.ts';
import type { TokenChoice } from './token-choice.ts';

/** How far and how a reply is generated. */
export interface GenerationRule {
  readonly choice: TokenChoice;
  readonly endTokens: readonly number[];
  readonly maxTokens: number;
  /** Generate exactly this many tokens, end tokens or not (benchmarks on random weights). */
  readonly forcedTokens?: number | undefined;
  /** Whether special tokens are left out of the reply's text; default: they stand in it. */
  readonly skipSpecial?: boolean | undefined;
}

/** One generated token. */
export interface GeneratedToken {
  readonly tokenId: number;
  /** Tokens generated before it; 0 for the one that the prefill chose. */
  readonly step: number;
  /** Reads the state before the final norm of the row whose logits chose it: (hidden). Only while the token is told of. */
  readonly readState: () => Promise<Float32Array>;
}

/** What happens while a reply is generated. */
export interface GenerationHooks {
  /** A piece of the reply; empty while a character is incomplete. */
  readonly onText: (text: string, tokenId: number) => void;
  readonly onToken?: ((token: GeneratedToken) => Promise<void>) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A finished reply. */
export interface Reply {
  /** With the end token, if it came. */
  readonly outputIds: readonly number[];
  /** Without it. */
  readonly response: string;
}

/**
 * Generates a reply token by token after a prefill. Each token's position is its index in the sequence plus
 * `ropeDelta`, in all three rows (Qwen2-VL's rule).
 */
export async function generate(
  model: {
    readonly language: LanguageModel;
    readonly tokenizer: TextTokenizer;
    readonly network: Pick<NetworkShape, 'hiddenSize'>;
  },
  role: Role,
  prompt: { readonly result: ForwardResult; readonly cache: TokenCache; readonly ropeDelta: number },
  rule: GenerationRule,
  hooks: GenerationHooks,
): Promise<Reply> {
  const { language, tokenizer } = model;
  const { hiddenSize } = model.network;
  const stream = new TextStream(tokenizer, rule.skipSpecial !== true);
  const outputIds: number[] = [];
  const limit = rule.forcedTokens ?? rule.maxTokens;
  let result = prompt.result;
  let response = '';
  const say = (text: string, tokenId: number) => {
    response += text;
    hooks.onText(text, tokenId);
  };
  for (let step = 0; ; step++) {
    await pauseForCancel(hooks.signal);
    const tokenId = await chooseToken(language, role, result, rule.choice);
    outputIds.push(tokenId);
    const { preNormStates } = result;
    await hooks.onToken?.({ tokenId, step, readState: () => lastRow(language, hiddenSize, preNormStates) });
    const isLast = outputIds.length >= limit;
    const isEnd = rule.endTokens.includes(tokenId) && (rule.forcedTokens === undefined || isLast);
    if (!isEnd) say(stream.push(tokenId), tokenId);
    if (isEnd || isLast) break;
    const position = prompt.cache.length + prompt.ropeDelta;
    result = await language.forward(
      role,
      await language.embed(role, [tokenId]),
      new Int32Array(3).fill(position),
      prompt.cache,
    );
  }
  const heldBack = stream.flush();
  if (heldBack !== '') say(heldBack, outputIds.at(-1) ?? 0);
  return { outputIds, response };
}

/** Chosen where the logits are: on a device they never come back. */
async function chooseToken(
  language: LanguageModel,
  role: Role,
  { lastState }: ForwardResult,
  choice: TokenChoice,
): Promise<number> {
  const { device } = language;
  if (device === undefined) return choice.choose(await language.logits(role, lastState));
  return choice.chooseOnDevice((rule) => device.choose(role, lastState, rule));
}

function lastRow(language: LanguageModel, hiddenSize: number, states: Rows): Promise<Float32Array> {
  if (states instanceof Float32Array) return Promise.resolve(states.slice(-hiddenSize));
  if (language.device !== undefined) return language.device.readLastRow(states);
  throw new EngineError('INTERNAL', 'States on a device belong to a model in memory.');
}
