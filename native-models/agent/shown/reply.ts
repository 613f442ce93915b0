import { generate } from '../generation/generate.ts';
import type { GeneratedToken, Reply } from '../generation/generate.ts';
import type { Rows } from '../../architectures/device-rows.ts';
import type { KeepRule } from '../caches/prefix-cache.ts';
import { readShown } from './read-shown.ts';
import { transfersSince } from '../../runtime/transfer-meter.ts';
import type { Run, TextRun } from '../run.ts';
import type { Shown } from './show.ts';
import { greedyChoice, seededRandom, tokenChoice } from '../generation/token-choice.ts';
import type { TokenChoice } from '../generation/token-choice.ts';

/** A reply and the mean states of the frame pairs, where they were kept. */
export interface RoleReply extends Reply {
  /** (pairs, hidden) */
  readonly frameStates: Rows | undefined;
}

/** How a reply is generated and what hears it. */
export interface ReplyRule extends KeepRule {
  readonly choice: TokenChoice;
  /** Whether the reply's keys and values are kept with those of the prompt, for a conversation that goes on; default: not. */
  readonly keepReply?: boolean;
  /** Whether special tokens are left out of the reply's text; default: they stand in it. */
  readonly skipSpecial?: boolean;
  /** A piece of the reply; empty while a character is incomplete. */
  readonly onText: (text: string, tokenId: number) => void;
  readonly onToken?: ((token: GeneratedToken) => Promise<void>) | undefined;
}

/** Lets a role of the chain read what it is shown and write its reply, streamed as `token` events. */
export async function reply(
  run: Run,
  shown: Shown,
  rule: KeepRule,
  onToken?: (token: GeneratedToken) => Promise<void>,
): Promise<RoleReply> {
  const { role } = shown;
  return generateReply(run, shown, {
    ...rule,
    choice: role === 'grounder' ? greedyChoice : requestedChoice(run),
    onText: (text, tokenId) => run.journal.emit({ type: 'token', role, text, tokenId }),
    onToken,
  });
}

/** Lets whoever is shown something read it and write a reply. */
export async function generateReply(run: TextRun, shown: Shown, rule: ReplyRule): Promise<RoleReply> {
  const { role, weights, ropeDelta, maxNewTokens } = shown;
  const { choice, skipSpecial, onText, onToken } = rule;
  return readShown(run, shown, rule, async ({ result, lease, keepGenerated }) => {
    const before = run.model.transfers();
    const generated = await generate(
      run.model,
      weights,
      { result, cache: lease.kvCache, ropeDelta },
      {
        choice,
        endTokens: run.model.network.tokens.end,
        maxTokens: maxNewTokens,
        forcedTokens: run.request.forcedTokens?.[role],
        skipSpecial,
      },
      { onText, onToken, signal: run.signal },
    );
    const moved = transfersSince(before, run.model.transfers());
    run.journal.countTransfer(role, moved, generated.outputIds.length);
    const isEnded = run.model.network.tokens.end.includes(generated.outputIds.at(-1) ?? -1);
    // A reasoner says itself which part of its reply is missing.
    if (role !== 'reasoner' && !isEnded && run.request.forcedTokens?.[role] === undefined) {
      run.journal.warn({
        code: 'REPLY_CUT',
        message: `The ${role}’s reply was cut at ${maxNewTokens} tokens.`,
      });
    }
    if (rule.keepReply === true) keepGenerated({ outputIds: generated.outputIds, ropeDelta });
    run.journal.countTokens(role, { prompt: 0, generated: generated.outputIds.length, reused: 0 });
    return { ...generated, frameStates: lease.frameStates?.means };
  });
}

/**
 * Greedy unless the request has a temperature. (The grounder always is: its reply only carries the state that the head
 * reads; VideoMind, grounder.)
 */
export function requestedChoice(run: TextRun): TokenChoice {
  const { temperature, seed } = run.request;
  return tokenChoice(temperature, seededRandom(seed ?? 0));
}
