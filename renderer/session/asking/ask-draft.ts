import { createStore } from 'zustand/vanilla';
import type { StoreApi } from 'zustand/vanilla';
import type { HostParamsInput } from '../../../electron/host/contract/methods.ts';
import type { Model } from '../../../electron/host/contract/models.ts';
import type { Run } from '../../../electron/host/contract/runs.ts';
import type { Settings } from '../../../electron/host/contract/settings.ts';
import type { VerificationRequest } from '../../../native-models/protocol/reasoner-request.ts';
import { followUp } from '../../../native-models/protocol/follow-up.ts';
import type { Role } from '../../../native-models/protocol/roles.ts';
import type { Moment } from '../../../native-models/protocol/run-record.ts';
import type { SearchMode, Speed } from '../../../native-models/protocol/search-request.ts';

/** How a reasoner's times are checked. */
export type Verification = Pick<VerificationRequest, 'modelPath' | 'candidates'>;

/** A protocol for tools, as a person chose it. */
export interface ToolsFile {
  readonly name: string;
  readonly text: string;
}

/** What a person is about to ask. What is absent follows the settings or the model. */
export interface AskDraft {
  readonly question: string;
  /** Choices, in their order; empty ones are not asked. */
  readonly options: readonly string[];
  /** Absent: all that the model has. */
  readonly roles?: readonly Role[];
  readonly candidates?: number;
  readonly temperature?: number;
  readonly seed?: number;
  readonly maxTokens?: number;
  readonly subtitlesId?: string;
  /** How a long video is looked through; absent: all at once. */
  readonly search?: SearchMode;
  /** What may be spared; absent: nothing. */
  readonly speed?: Speed;
  /** Of a model that reasons aloud: which VideoMind package looks at which moments again. */
  readonly verification?: Verification;
  /** Of a model that reasons aloud: the tools that it may call, as a file's name and text. */
  readonly tools?: ToolsFile;
  /** The run that this goes on from. */
  readonly follows?: Run;
  /** Ask about the stretch between the marks only. */
  readonly rangeOnly: boolean;
  /** Ask of every video of the project. */
  readonly everyVideo: boolean;
  /** The run that this repeats with other settings. */
  readonly rerunOf?: string;
}

export type AskDraftStore = StoreApi<AskDraft>;

/** Nothing written yet. */
export const emptyDraft: AskDraft = { question: '', options: [], rangeOnly: false, everyVideo: false };

/** A draft with nothing written. */
export function createAskDraftStore(): AskDraftStore {
  return createStore<AskDraft>()(() => emptyDraft);
}

/** The settings that a question is asked by. */
export type QuestionSettings = Pick<
  Settings,
  'candidates' | 'temperature' | 'seed' | 'maxTokens' | 'device' | 'threads'
>;

/** What a question is asked with, besides what is written in the draft. */
export interface AskContext {
  readonly projectId: string;
  readonly videoId: string;
  readonly model: Model;
  readonly settings: QuestionSettings;
  /** What is marked in the player. */
  readonly range?: Moment | undefined;
  /** What it has in common with the same question of other videos: their moments are ranked beside each other. */
  readonly togetherId?: string | undefined;
}

/** Most new tokens for a role when nobody says otherwise. */
export const defaultMaxTokens = 256;

/**
 * How many things a draft asks for that the settings would not: what says the same as they do, as when a question is
 * asked again, is no change.
 */
export function countChanged(draft: AskDraft, settings: Settings): number {
  const bySettings = {
    candidates: settings.candidates,
    temperature: settings.temperature,
    seed: settings.seed,
    maxTokens: settings.maxTokens ?? defaultMaxTokens,
    // Without a word about them there are none.
    ...{
      subtitlesId: undefined,
      search: undefined,
      speed: undefined,
      verification: undefined,
      tools: undefined,
    },
  };
  return Object.entries(bySettings).filter(([name, usual]) => {
    const asked = draft[name as keyof typeof bySettings];
    return asked !== undefined && asked !== usual;
  }).length;
}

/** The roles that a draft asks for, of those that the model has. */
export function draftRoles(draft: AskDraft, model: Model): readonly Role[] {
  return draft.roles?.filter((role) => model.roles.includes(role)) ?? model.roles;
}

/** The host's question for a draft. The words go as they are written, never trimmed. */
export function questionOf(draft: AskDraft, context: AskContext): HostParamsInput<'runsAsk'> {
  const { projectId, videoId, model, settings, range, togetherId } = context;
  const options = draft.options.filter((option) => option.trim() !== '');
  const seed = draft.seed ?? settings.seed;
  const maxTokens = draft.maxTokens ?? settings.maxTokens;
  return {
    projectId,
    videoId,
    modelId: model.id,
    question: draft.question,
    ...(options.length > 0 ? { options } : {}),
    ...(model.agent === 'chain' ? { roles: [...draftRoles(draft, model)] } : {}),
    ...followParams(draft, model),
    candidates: draft.candidates ?? settings.candidates,
    temperature: draft.temperature ?? settings.temperature,
    ...(seed === null ? {} : { seed }),
    ...(maxTokens === null ? {} : { maxTokens }),
    ...(draft.subtitlesId === undefined ? {} : { subtitlesId: draft.subtitlesId }),
    ...(model.agent === 'chain' && draft.search !== undefined ? { search: { mode: draft.search } } : {}),
    ...(model.agent === 'chain' && draft.speed !== undefined ? { speed: draft.speed } : {}),
    ...(draft.rangeOnly && range !== undefined ? { startSec: range.startSec, endSec: range.endSec } : {}),
    device: settings.device,
    ...(settings.threads === null ? {} : { threads: settings.threads }),
    ...(togetherId === undefined ? {} : { togetherId, isOneOfMany: true }),
    ...(draft.rerunOf === undefined ? {} : { rerunOf: draft.rerunOf }),
  };
}

/** What a model that reasons aloud is asked with, and what a question goes on from. */
function followParams(
  draft: AskDraft,
  model: Model,
): Pick<HostParamsInput<'runsAsk'>, 'follows' | 'reasoner'> {
  const { follows: run, verification, tools } = draft;
  const next = run?.record === undefined ? undefined : followUp(run.record, run.id);
  const follows = next === undefined ? {} : { follows: next.follows };
  if (model.agent !== 'reasoner') return follows;
  const reasoner = {
    ...next?.reasoner,
    ...(verification === undefined ? {} : { verification }),
    ...(tools === undefined ? {} : { tools: { protocol: tools.text } }),
  };
  return Object.keys(reasoner).length === 0 ? follows : { ...follows, reasoner };
}

/** Why a draft cannot be asked; undefined when it can. */
export function draftProblem(
  draft: AskDraft,
  range: Moment | undefined,
): 'no-question' | 'one-option' | 'no-range' | undefined {
  if (draft.question.trim() === '') return 'no-question';
  if (draft.options.filter((option) => option.trim() !== '').length === 1) return 'one-option';
  if (draft.rangeOnly && range === undefined) return 'no-range';
  return undefined;
}

/** The draft that would ask what a run asked, to be changed and asked again. */
export function draftOfRun({ id, question }: Run): AskDraft {
  const { roles, seed, maxTokens, subtitlesId, startSec, search, speed, reasoner } = question;
  const verification = reasoner?.verification;
  return {
    question: question.question,
    options: question.options ?? [],
    candidates: question.candidates,
    temperature: question.temperature,
    rangeOnly: startSec !== undefined,
    everyVideo: false,
    rerunOf: id,
    ...(roles === undefined ? {} : { roles }),
    ...(verification === undefined
      ? {}
      : { verification: { modelPath: verification.modelPath, candidates: verification.candidates } }),
    ...(reasoner?.tools === undefined
      ? {}
      : { tools: { name: toolsName(reasoner.tools.protocol), text: reasoner.tools.protocol } }),
    ...(seed === undefined ? {} : { seed }),
    ...(maxTokens === undefined ? {} : { maxTokens }),
    ...(subtitlesId === undefined ? {} : { subtitlesId }),
    ...(search?.mode === undefined ? {} : { search: search.mode }),
    ...(speed === undefined ? {} : { speed }),
  };
}

/** The draft of a question that goes on from a run: what else it was asked with stays. */
export function draftFollowing(run: Run): AskDraft {
  const draft: AskDraft = { ...draftOfRun(run), question: '', options: [], rangeOnly: false, follows: run };
  Reflect.deleteProperty(draft, 'rerunOf');
  return draft;
}

/** What a tools file calls itself; undefined for a text that is none. */
export function toolsNameOf(text: string): string | undefined {
  try {
    const name = (JSON.parse(text) as { readonly name?: unknown }).name;
    return typeof name === 'string' && name !== '' ? name : undefined;
  } catch {
    return undefined;
  }
}

function toolsName(text: string): string {
  return toolsNameOf(text) ?? '';
}
