import { throwIfCancelled } from '../../../protocol/errors.ts';
import type { ReasonerRequest } from '../../../protocol/reasoner-request.ts';
import type { ToolCall, ToolTurn } from '../../../protocol/run-record.ts';
import type { ToolStop } from '../../../protocol/run-trace.ts';
import { writeJson } from '../../../python-text/write-values.ts';
import { greedyChoice, withRepetitionPenalty, type TokenChoice } from '../../generation/token-choice.ts';
import { generateReply, requestedChoice } from '../../shown/reply.ts';
import { ReplyParts } from '../reply-parts.ts';
import { findCalls } from './find-calls.ts';
import type { FoundCall } from './find-calls.ts';
import { marginWatch } from './margin-watch.ts';
import { kindOf, runTool } from './run-tool.ts';
import type { ToolBench } from './run-tool.ts';
import { requireRoom, roomForReply, showTurn } from './show-turn.ts';
import type { ToolShown } from './show-turn.ts';
import type { Exchange } from './tool-prompt.ts';
import { refused } from './tool-results.ts';
import type { ToolResult } from './tool-results.ts';
import { say } from './tool-words.ts';

/** One reply, what it was read from, and what its calls gave. */
export interface LoopTurn {
  readonly shown: ToolShown;
  readonly outputIds: readonly number[];
  readonly response: string;
  readonly content: string;
  readonly calls: readonly FoundCall[];
  readonly results: readonly ToolResult[];
  readonly tokens: ToolTurn['tokens'];
}

/** What came of it all. */
export interface LoopOutcome {
  readonly turns: readonly LoopTurn[];
  readonly stop: ToolStop;
  /** Smallest lead of a greedy choice, in logits. */
  readonly minMargin: number | undefined;
}

/**
 * Lets a model reason, call tools, read what they gave, and go on, until a reply has no call that can be read or no round is
 * left: `toolRounds` rounds allow one reply more, whose calls are run and recorded, but read by nobody.
 *
 * Each prompt is written anew from all that was said; keys and values are kept up to where it first differs.
 */
export async function runToolLoop(
  bench: ToolBench,
  asked: ReasonerRequest,
  opening: readonly Exchange[],
): Promise<LoopOutcome> {
  const { run, protocol } = bench;
  const { model } = run;
  const toolRounds = asked.tools?.toolRounds ?? protocol.limits.toolRounds;
  const exchanges = [...opening];
  const turns: LoopTurn[] = [];
  const requested = requestedChoice(run);
  // On a device the likeliest token is chosen there, and logits never come back.
  const watch =
    requested === greedyChoice && model.language.device === undefined ? marginWatch(requested) : undefined;
  const outcome = (stop: ToolStop): LoopOutcome => ({ turns, stop, minMargin: watch?.smallest() });
  for (let round = 0; ; round++) {
    const shown = showTurn(run, protocol, exchanges);
    // The first prompt has to fit: there is nothing to leave out of it.
    if (round === 0) requireRoom(run, protocol, shown.tokenIds.length);
    else if (roomForReply(run, protocol, shown.tokenIds.length) < 1) return outcome('context');
    const turn = await reply(bench, asked, shown, watch?.choice ?? requested, round);
    const isCut = !model.network.tokens.end.includes(turn.outputIds.at(-1) ?? -1);
    const found = findCalls(turn.response, protocol.call);
    const done = (results: readonly ToolResult[]) => turns.push({ ...turn, ...found, results });
    if (found.calls.length === 0) {
      done([]);
      if (isCut) return outcome('length');
      return outcome(found.malformed ? 'malformed' : 'answered');
    }
    const isLast = round >= toolRounds;
    const gave = await runCalls(bench, found.calls, round);
    const results = round === toolRounds - 1 ? withLastWords(bench, gave) : gave;
    const said = { response: turn.response, content: found.content, calls: found.calls };
    const fitting = isLast ? results : fitResults(bench, exchanges, { ...said, results });
    tellResults(bench, round, found.calls, fitting);
    done(fitting);
    if (isLast) return outcome('rounds');
    exchanges.push({ by: 'model', ...said, results: fitting });
  }
}

async function reply(
  { run, protocol }: ToolBench,
  asked: ReasonerRequest,
  shown: ToolShown,
  choice: TokenChoice,
  turn: number,
): Promise<Pick<LoopTurn, 'shown' | 'outputIds' | 'response' | 'tokens'>> {
  const { journal } = run;
  const parts = new ReplyParts(protocol.call, protocol.answer);
  const tell = (pieces: ReturnType<ReplyParts['push']>, tokenId: number) => {
    for (const piece of pieces) journal.emit({ type: 'token', role: 'reasoner', tokenId, turn, ...piece });
  };
  const { repetitionPenalty } = asked;
  const before = journal.tokensOf('reasoner');
  const { outputIds, response } = await generateReply(run, shown, {
    ...{ keep: 'always', withFrameStates: false, onDisk: true },
    ...{ spareTokens: shown.spareTokens, keepReply: true },
    choice:
      repetitionPenalty === 1 ? choice : withRepetitionPenalty(choice, repetitionPenalty, shown.tokenIds),
    onText: (text, tokenId) => tell(parts.push(text), tokenId),
  });
  tell(parts.flush(), outputIds.at(-1) ?? 0);
  const now = journal.tokensOf('reasoner');
  const tokens = {
    prompt: now.prompt - before.prompt,
    generated: now.generated - before.generated,
    reused: now.reused - before.reused,
  };
  return { shown, outputIds, response, tokens };
}

async function runCalls(bench: ToolBench, calls: readonly FoundCall[], turn: number): Promise<ToolResult[]> {
  const { run, protocol } = bench;
  const results: ToolResult[] = [];
  for (const [index, call] of calls.entries()) {
    throwIfCancelled(run.signal);
    run.journal.emit({ type: 'calling', turn, index, name: call.name, arguments: writeJson(call.arguments) });
    const result =
      index < protocol.limits.callsPerReply
        ? await run.journal.time('tools', () => runTool(bench, call))
        : refused(protocol, 'too-many');
    results.push(result);
  }
  return results;
}

/** Before the reply that is the last, the last result also says that it is. */
function withLastWords({ protocol }: ToolBench, results: readonly ToolResult[]): readonly ToolResult[] {
  const words = protocol.result.lastRound;
  if (words === undefined) return results;
  return results.map((result, index) =>
    index === results.length - 1 ? { ...result, text: result.text + say(words, {}) } : result,
  );
}

/** Results that would leave no room for a reply give their frames back, the last ones first: the model is told. */
function fitResults(
  bench: ToolBench,
  exchanges: readonly Exchange[],
  turn: Pick<LoopTurn, 'response' | 'content' | 'calls' | 'results'>,
): readonly ToolResult[] {
  const { run, protocol } = bench;
  const results = [...turn.results];
  const fits = () => {
    const tokens = showTurn(run, protocol, [...exchanges, { by: 'model', ...turn, results }]).tokenIds.length;
    return roomForReply(run, protocol, tokens) >= Math.min(leastReplyTokens, protocol.limits.newTokens);
  };
  for (let index = results.length - 1; index >= 0 && !fits(); index--) {
    const { ok } = results[index] ?? {};
    if (ok === true) results[index] = refused(protocol, 'too-large');
  }
  return results;
}

/** Less room than this for a reply is none. */
const leastReplyTokens = 64;

function tellResults(
  { run, protocol }: ToolBench,
  turn: number,
  calls: readonly FoundCall[],
  results: readonly ToolResult[],
): void {
  for (const [index, call] of calls.entries()) {
    const result = results[index];
    if (result === undefined) continue;
    run.journal.emit({ type: 'called', turn, index, call: toolCallOf(protocol, call, result) });
  }
}

/** A call and its result as records and events have them. */
export function toolCallOf(protocol: ToolBench['protocol'], call: FoundCall, result: ToolResult): ToolCall {
  const { ok, refusal, text, clip, spanSec, candidates } = result;
  const kind = kindOf(protocol, call.name)?.kind;
  const region = clip?.region;
  return {
    ...{ name: call.name, arguments: writeJson(call.arguments), ok, text },
    ...(kind === undefined ? {} : { kind }),
    ...(refusal === undefined ? {} : { refusal }),
    ...(spanSec === undefined ? {} : { spanSec: [...spanSec] }),
    ...(clip === undefined ? {} : { frameIndices: [...clip.imageIndices], frameSec: [...clip.imageSec] }),
    ...(region === undefined ? {} : { region: [region.left, region.top, region.right, region.bottom] }),
    ...(candidates === undefined ? {} : { candidates: [...candidates] }),
  };
}
