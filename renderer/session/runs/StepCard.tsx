import { Check, Minus } from 'lucide-react';
import type { Run } from '../../../electron/host/contract/runs.ts';
import { formatSpan } from '../../ui/format.ts';
import { Meter } from '../../ui/Meter.tsx';
import { sessionTexts } from '../texts.ts';
import { MomentLink } from './MomentLink.tsx';
import { ReasoningSteps } from './ReasoningSteps.tsx';
import type { RunView, StepView } from './run-view.ts';
import { StepWords } from './StepWords.tsx';
import { ToolThread } from './ToolThread.tsx';
import styles from './StepCard.module.css';

const texts = sessionTexts.run;

export interface StepCardProps {
  readonly step: StepView;
  readonly run: Run;
  readonly view: RunView;
  /** What the role was asked, once that is known. */
  readonly prompts: readonly string[] | undefined;
}

/** What one role did: its outcome in a line, its prompt and reply to be unfolded, its time. */
export function StepCard({ step, run, view, prompts }: StepCardProps) {
  const { role, startedMs, endedMs, wasStopped = false } = step;
  const active = endedMs === undefined;
  const EndSign = wasStopped ? Minus : Check;
  const took = ((endedMs ?? view.atMs) - startedMs) / 1000;
  return (
    <li className={styles.step} data-role={role} data-active={active} data-stopped={wasStopped}>
      <span className={styles.mark} aria-hidden="true">
        {active ? <span className={styles.pulse} /> : <EndSign strokeWidth={3} size={12} />}
      </span>
      <div className={styles.body}>
        <div className={styles.head}>
          <span className={styles.role}>{sessionTexts.roles[role]}</span>
          <span className={styles.time}>{formatSpan(took)}</span>
        </div>
        <Outcome step={step} view={view} />
        {active && <Progress step={step} />}
        {step.pieces.length > 0 && <ToolThread run={run} pieces={step.pieces} />}
        {step.pieces.length === 0 && step.reasoning !== '' && (
          <ReasoningSteps reasoning={step.reasoning} growing={active} />
        )}
        <StepWords
          key={active ? 'written' : 'said'}
          reply={step.reply}
          prompts={prompts ?? []}
          writing={active}
          tokens={run.record?.tokens[role]}
        />
      </div>
    </li>
  );
}

function Outcome({ step, view }: { readonly step: StepView; readonly view: RunView }) {
  // What answers is found as it is written; a reply of the others is nothing before it is whole.
  const hasFound =
    view.candidates.length > 0 || (['answerer', 'reasoner'].includes(step.role) && step.reply !== '');
  if (step.wasStopped === true && !hasFound) return <p className={styles.outcome}>{texts.stepStopped}</p>;
  if (step.role === 'planner' && view.plan !== undefined) {
    return (
      <p className={styles.outcome}>
        {view.plan.grounding ? (
          <>
            {texts.query} <q>{view.plan.query}</q>
          </>
        ) : (
          texts.directly
        )}
      </p>
    );
  }
  if (step.role === 'grounder' && step.endedMs === undefined && view.searchTotal !== undefined) {
    const { searched, searchTotal } = view;
    return <p className={styles.outcome}>{sessionTexts.search.searched(searched.length, searchTotal)}</p>;
  }
  if (step.role === 'grounder' && step.endedMs !== undefined) {
    return (
      <p className={styles.outcome}>
        {view.found === false
          ? view.searched.length > 0
            ? sessionTexts.search.nothing
            : texts.notFound
          : texts.foundMoments(view.candidates.length)}
      </p>
    );
  }
  if (step.role === 'verifier') {
    const verified = view.candidates.filter(({ state }) => state === 'verified').length;
    return <p className={styles.outcome}>{texts.verifiedOf(verified, view.candidates.length)}</p>;
  }
  if (step.role === 'answerer' && view.span !== undefined) {
    return (
      <p className={styles.outcome}>
        {texts.span} <MomentLink moment={view.span} />
      </p>
    );
  }
  return null;
}

function Progress({ step }: { readonly step: StepView }) {
  const { frames, prefill, reply, reasoning } = step;
  if (reply !== '' || reasoning !== '') return null;
  const share = prefill ?? frames;
  if (share === undefined || share.done >= share.total) return null;
  const words = prefill === undefined ? texts.frames : texts.prefill;
  return (
    <div className={styles.progress}>
      <Meter label={words(share.done, share.total)} {...share} />
      <span>{words(share.done, share.total)}</span>
    </div>
  );
}
