import type { GridTHW, LanguageModel } from '../../../architectures/vision-language-model.ts';
import { EngineError } from '../../../protocol/errors.ts';
import type { PromptedRun, Shown } from '../../shown/show.ts';
import type { ToolProtocol } from './read-protocol.ts';
import { writeToolPrompt } from './tool-prompt.ts';
import type { Exchange } from './tool-prompt.ts';

/** What a model that calls tools is shown in one turn. */
export interface ToolShown extends Shown {
  /** Of all images, in their order. */
  readonly grids: readonly GridTHW[];
  /** Room for later turns that is reserved beside this one, in tokens. */
  readonly spareTokens: number;
}

/** Whose prompts are written: a run, or the plan of one. */
type PromptedText = Pick<PromptedRun, 'model' | 'request'>;
/** The plan of a run has no weights, and so no device. */
type ShownTo = PromptedText & { readonly model: { readonly language?: Pick<LanguageModel, 'device'> } };

/** Most room that is reserved for later turns, in tokens; on a device unused room takes memory. */
const mostSpareTokens = 32_768;
const mostSpareTokensOfDevice = 4096;
/** Words around the frames of a result, about. */
const wordsOfResult = 256;

/** Writes the prompt of a turn: all that was asked, shown, said and called up to now. @throws EngineError PROMPTS_INVALID, CONFIG_INVALID */
export function showTurn(run: ShownTo, protocol: ToolProtocol, exchanges: readonly Exchange[]): ToolShown {
  const { model } = run;
  const { text, tokenIds, clips, grids } = writeToolPrompt(model, protocol, exchanges);
  const { positions, ropeDelta } = model.family.positions(tokenIds, {
    videos: [],
    images: grids.map((grid) => ({ grid })),
  });
  const room = roomForReply(run, protocol, tokenIds.length);
  return {
    ...{ role: 'reasoner', weights: 'answerer', clips, text, tokenIds, positions, ropeDelta, grids },
    maxNewTokens: Math.max(1, room),
    spareTokens: spareTokens(model, protocol, tokenIds.length + Math.max(1, room)),
  };
}

/** New tokens that may follow a prompt: as asked for or as the protocol says, within what the network reads. */
export function roomForReply(
  { model, request }: PromptedText,
  { limits }: ToolProtocol,
  promptTokens: number,
): number {
  const wanted = request.forcedTokens?.reasoner ?? request.maxTokens ?? limits.newTokens;
  return Math.min(wanted, model.network.maxPositions - promptTokens);
}

/** Refuses a question that leaves no room for a reply. @throws EngineError QUESTION_TOO_LONG */
export function requireRoom(run: PromptedText, protocol: ToolProtocol, promptTokens: number): void {
  if (roomForReply(run, protocol, promptTokens) >= 1) return;
  throw new EngineError(
    'QUESTION_TOO_LONG',
    `The prompt has ${promptTokens} tokens and leaves no room for a reply among the model's ${run.model.network.maxPositions}.`,
    { remedy: 'Show fewer or smaller frames (--max-frames, --max-pixels), or ask a shorter question.' },
  );
}

/** As many tokens as all rounds of crops would add, so that no later turn has to be read from its beginning. */
function spareTokens({ network, language }: ShownTo['model'], protocol: ToolProtocol, used: number): number {
  const { crop, limits } = protocol;
  const cell = (network.patchSize * network.mergeSize) ** 2;
  const ofCrop = crop.maxFrames * (Math.ceil(crop.maxPixels / cell) + 2) + wordsOfResult;
  const most = language?.device === undefined ? mostSpareTokens : mostSpareTokensOfDevice;
  return Math.max(0, Math.min(limits.toolRounds * ofCrop, most, network.maxPositions - used));
}
