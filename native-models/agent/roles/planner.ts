import type { Plan } from '../../protocol/run-record.ts';
import type { PlannerTrace } from '../../protocol/run-trace.ts';
import { parsePlan } from './plan.ts';
import { reply } from '../shown/reply.ts';
import { questionInContext } from '../follow/context-words.ts';
import { plannerWords } from '../prompts/role-words.ts';
import type { Run } from '../run.ts';
import { lookOf } from '../search/role-look.ts';
import { promptTrace, show } from '../shown/show.ts';

/** Shows the planner the video and the question, and reads whether to look for a moment, and for which. */
export async function plan(run: Run): Promise<{ readonly plan: Plan; readonly trace: PlannerTrace }> {
  run.journal.emit({ type: 'planning' });
  const { question, follows, forcedTokens } = run.request;
  const asked = questionInContext(question, follows);
  const shown = show(
    run,
    'planner',
    lookOf(run, 'planner', run.bounds).clip,
    plannerWords(run.model.promptSet, asked),
  );
  const { outputIds, response } = await reply(run, shown, {
    keep: 'always',
    withFrameStates: false,
    onDisk: true,
  });
  const plan =
    forcedTokens?.planner === undefined
      ? parsePlan(response, question, { mayAnswerDirectly: run.roles.includes('answerer') })
      : { response, query: question, grounding: true };
  run.journal.emit({ type: 'planned', plan });
  return { plan, trace: { ...promptTrace(shown), outputIds: [...outputIds], ...plan } };
}
