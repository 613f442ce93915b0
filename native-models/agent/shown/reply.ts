import type { Role } from '../../protocol/roles.ts';
import { generate } from '../generation/generate.ts';
import type { GeneratedToken, Reply } from '../generation/generate.ts';
import type { KeepRule } from '../caches/prefix-cache.ts';
import { readShown } from './read-shown.ts';
import type { Run } from '../run.ts';
import type { Shown } from './show.ts';
import { mostLikely, seededRandom, tokenChoice } from '../generation/token-choice.ts';
import type { TokenChoice } from '../generation/token-choice.ts';

/** A reply and the mean states of the frame pairs, where they were kept. */
export interface RoleReply extends Reply {
  /** (pairs, hidden) */
  readonly frameStates: Float32Array | undefined;
}

/** Lets a role read what it is shown and write its reply, streamed as `token` events. */
export async function reply(
  run: Run,
  shown: Shown,
  rule: KeepRule,
  onToken?: (token: GeneratedToken) => void,
): Promise<RoleReply> {
  const { role } = shown;
  return readShown(run, shown, rule, async ({ result, lease }) => {
    const generated = await generate(
      run.model,
      role,
      { result, cache: lease.kvCache, ropeDelta: shown.ropeDelta },
      {
        choose: choiceFor(run, role),
        endTokens: run.model.network.tokens.end,
        maxTokens: run.request.maxTokens,
        forcedTokens: run.request.forcedTokens?.[role],
      },
      {
        onText: (text, tokenId) => run.journal.emit({ type: 'token', role, text, tokenId }),
        onToken,
        signal: run.signal,
      },
    );
    run.journal.countTokens(role, { prompt: 0, generated: generated.outputIds.length, reused: 0 });
    return { ...generated, frameStates: lease.frameStates?.means };
  });
}

/** The grounder is always greedy: its reply only carries the state that the head reads (VideoMind, grounder). */
function choiceFor(run: Run, role: Role): TokenChoice {
  const { temperature, seed } = run.request;
  if (role === 'grounder' || temperature === 0) return mostLikely;
  return tokenChoice(temperature, seed === undefined ? Math.random : seededRandom(seed));
}
