import type { ReasonerSettings } from '../../checkpoints/manifest.ts';
import type { Subtitle } from '../../media/subtitles/subtitle.ts';
import type { Role, Speaker } from '../../protocol/roles.ts';
import type { Moment } from '../../protocol/run-record.ts';
import { questionInContext } from '../follow/context-words.ts';
import { normalizeQuery } from '../prompts/query.ts';
import { answererWords, plannerWords, queryWords } from '../prompts/role-words.ts';
import type { PromptWords } from '../prompts/write-prompt.ts';
import { subtitleText } from '../prompts/subtitle-lines.ts';
import { reasonerBudget } from '../reasoner/budget.ts';
import { chooseReasonerClip } from '../reasoner/reasoner-clip.ts';
import { openWithTools } from '../reasoner/tools/reason-with-tools.ts';
import { requireRoom, showTurn } from '../reasoner/tools/show-turn.ts';
import { askedOf } from '../reasoner/run-reasoner.ts';
import { showReasoner } from '../reasoner/show-reasoner.ts';
import { lookOf } from '../search/role-look.ts';
import type { LookingRun } from '../search/role-look.ts';
import type { Clip } from '../shown/clip.ts';
import type { Shown, ShownVideo } from '../shown/show.ts';
import { show } from '../shown/show.ts';
import { boundSpan, verifierWindow } from '../shown/spans.ts';
import type { Bounds } from '../shown/spans.ts';

/** What a role would be shown. */
export interface RoleView {
  readonly role: Speaker;
  readonly shown: Shown;
}

/** What any role would be shown. */
export function viewOf(run: LookingRun, role: Speaker, subtitles: readonly Subtitle[]): RoleView {
  if (role !== 'reasoner') return { role, shown: chainShown(run, role, subtitles) };
  const { reasoner } = run.model;
  if (reasoner === undefined) throw new TypeError('Only a reasoner speaks as one.');
  return { role, shown: reasonerShown(run, reasoner, subtitles) };
}

/**
 * What a role of the chain would be shown. Where the grounder will find a moment, nobody knows yet: those that look at one
 * are taken to look at one of half the answerer's shortest stretch, which fills their budgets at their finest interval. Of moments
 * that are given to be judged it is the longest.
 */
export function chainShown(run: LookingRun, role: Role, subtitles: readonly Subtitle[]): ShownVideo {
  const { request, bounds, roles, model } = run;
  const { promptSet } = model;
  const { question } = request;
  const inContext = questionInContext(question, request.follows);
  const moment = longestOf(request.claims ?? []) ?? likelyMoment(bounds, promptSet.minAnswerSec / 2);
  const isChosen = roles.includes('grounder') || request.claims !== undefined;
  const clipAt = (of: Exclude<Role, 'answerer'>, span: Moment) => lookOf(run, of, span).clip;
  const views: Record<Role, () => readonly [Moment | Clip, PromptWords]> = {
    planner: () => [clipAt('planner', bounds), plannerWords(promptSet, inContext)],
    grounder: () => [clipAt('grounder', bounds), queryWords(promptSet, 'grounder', normalizeQuery(question))],
    verifier: () => [
      clipAt('verifier', verifierWindow(moment, bounds).window),
      queryWords(promptSet, 'verifier', question),
    ],
    answerer: () => {
      const seen = isChosen ? moment : request.moment;
      const span = seen === undefined ? bounds : boundSpan(seen, bounds, promptSet.minAnswerSec);
      const asked = {
        question: inContext,
        options: request.options,
        subtitles: subtitleText(subtitles, span).text,
      };
      return [span, answererWords(promptSet, asked)];
    },
  };
  const [span, words] = views[role]();
  return show(run, role, span, words);
}

/** What a model that reasons aloud would be shown: all that it is asked about. */
function reasonerShown(run: LookingRun, settings: ReasonerSettings, subtitles: readonly Subtitle[]): Shown {
  const { request, bounds, model, video } = run;
  const asked = askedOf(run);
  const hasRange = request.startSec !== undefined || request.endSec !== undefined;
  const { tools } = asked;
  if (tools !== undefined) {
    const subject = { span: bounds, isPart: hasRange };
    const { protocol, exchanges } = openWithTools(run, settings, { ...asked, tools }, subject, subtitles);
    const shown = showTurn(run, protocol, exchanges);
    requireRoom(run, protocol, shown.tokenIds.length);
    return shown;
  }
  const clip = chooseReasonerClip(model, video, hasRange ? bounds : {}, reasonerBudget(settings, asked));
  const { text } = subtitleText(subtitles, bounds);
  return showReasoner(run, settings, asked, clip, text);
}

function longestOf(moments: readonly Moment[]): Moment | undefined {
  const lengthSec = ({ startSec, endSec }: Moment): number => endSec - startSec;
  return moments.toSorted((one, other) => lengthSec(other) - lengthSec(one))[0];
}

/** A moment of a length in the middle of what is looked at. */
function likelyMoment(bounds: Bounds, lengthSec: number): Moment {
  const centreSec = (bounds.startSec + bounds.endSec) / 2;
  return boundSpan({ startSec: centreSec, endSec: centreSec }, bounds, lengthSec);
}
