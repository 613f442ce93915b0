import type { ChatMessage } from '../../architectures/vision-language-model.ts';
import type { ReasonerSettings } from '../../checkpoints/manifest.ts';
import { EngineError } from '../../protocol/errors.ts';
import type { ReasonerRequest } from '../../protocol/reasoner-request.ts';
import type { Guard } from '../prompts/untrusted-text.ts';
import { writeConversation } from '../prompts/write-prompt.ts';
import { promptWriter } from '../shown/show.ts';
import type { PromptedRun, Shown } from '../shown/show.ts';
import type { ReasonerClip } from './reasoner-clip.ts';
import { ownInstructions, questionText } from './words.ts';
import type { QuestionStyle } from './words.ts';

/** What of a run decides what a reasoner is shown: a run, or the plan of one. */
type PromptedText = Pick<PromptedRun, 'model' | 'request'>;

/** What a reasoner is shown and told. */
export interface ReasonerShown extends Shown {
  readonly clip: ReasonerClip | undefined;
  /** Visual tokens of its pairs. */
  readonly tokensPerPair: number;
  /** The user's text of the last turn, before the chat template. */
  readonly prompt: string;
}

/**
 * Writes the prompt of a reasoner: the turns before, the video before the first of them, and the question.
 *
 * @throws EngineError QUESTION_TOO_LONG when no room is left for a reply; PROMPTS_INVALID
 */
export function showReasoner(
  run: PromptedText,
  settings: ReasonerSettings,
  asked: ReasonerRequest,
  clip: ReasonerClip | undefined,
  subtitles: string,
): ReasonerShown {
  const { model, request } = run;
  const style: QuestionStyle = {
    verbatim: asked.verbatim,
    instructions: asked.instructions ?? settings.instructions ?? ownInstructions,
  };
  const { question, options } = request;
  // What is said in the video stands before the first question of a conversation, and is read once.
  const spokenBefore = (turn: number) => (turn === 0 ? subtitles : '');
  const askNow = (guard: Guard) => {
    const spoken = spokenBefore(asked.conversation.length);
    return questionText({ question, options, subtitles: spoken }, style, guard);
  };
  const messages = (guard: Guard): ChatMessage[] => {
    const texts = [
      ...asked.conversation.map((turn, index) =>
        questionText({ ...turn, subtitles: spokenBefore(index) }, style, guard),
      ),
      askNow(guard),
    ];
    return texts.flatMap((text, turn): ChatMessage[] => {
      const said = asked.conversation[turn];
      const video = turn === 0 && clip !== undefined ? [{ type: 'video' } as const] : [];
      const user: ChatMessage = { role: 'user', content: [...video, { type: 'text', text }] };
      return said === undefined ? [user] : [user, { role: 'assistant', content: guard(said.response) }];
    });
  };
  const { text, tokenIds, tokensPerPair } = writeConversation(promptWriter(model), messages, clip);
  const videos = clip === undefined ? [] : [{ grid: clip.grid, secondsPerPair: secondsPerPair(clip) }];
  const { positions, ropeDelta } = model.family.positions(tokenIds, {
    videos,
    secondsRule: asked.secondsPerPair,
  });
  return {
    ...{ role: 'reasoner', weights: 'answerer', clip, text, tokenIds, tokensPerPair, positions, ropeDelta },
    clips: clip === undefined ? [] : [clip],
    prompt: askNow((written) => written),
    maxNewTokens: newTokens(run, settings, tokenIds.length),
  };
}

/** Seconds from one frame pair to the next, at the rate that was really taken. */
export function secondsPerPair({ effectiveFps }: Pick<ReasonerClip, 'effectiveFps'>): number {
  return 2 / effectiveFps;
}

/** As many as were asked for or the package says, the latter cut to what the context leaves. */
function newTokens(
  { model, request }: PromptedText,
  settings: ReasonerSettings,
  promptTokens: number,
): number {
  const { maxPositions } = model.network;
  const wanted = request.forcedTokens?.reasoner ?? request.maxTokens;
  const room = maxPositions - promptTokens;
  if (room < (wanted ?? 1)) {
    throw new EngineError(
      'QUESTION_TOO_LONG',
      `The prompt has ${promptTokens} tokens; with ${wanted ?? 1} new ones it does not fit the model's ${maxPositions}.`,
      { remedy: 'Show fewer or smaller frames (--max-frames, --max-pixels), or ask a shorter question.' },
    );
  }
  const roomInContext = Math.min(room, Math.max(1, settings.maxContextTokens - promptTokens));
  return wanted ?? Math.min(settings.maxNewTokens, roomInContext);
}
