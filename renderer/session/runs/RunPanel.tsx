import { MessageSquareDashed } from 'lucide-react';
import type { Run } from '../../../electron/host/contract/runs.ts';
import { useStore } from 'zustand';
import { isActive } from '../../app/library/selectors.ts';
import { useApp, useLibrary, useWorkspace } from '../../app/use-app.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorNote } from '../../ui/ErrorNote.tsx';
import { Meter } from '../../ui/Meter.tsx';
import { sessionTexts } from '../texts.ts';
import { AcrossVideos } from './AcrossVideos.tsx';
import { AnswerCard } from './AnswerCard.tsx';
import { CandidateTable } from './CandidateTable.tsx';
import { ReplayBar } from './ReplayBar.tsx';
import { RunDetails } from './RunDetails.tsx';
import { otherWarningsOf } from './run-findings.ts';
import { RunHead } from './RunHead.tsx';
import { ThreadAfter, ThreadBefore } from './RunThread.tsx';
import { SaidMoments } from './SaidMoments.tsx';
import { SaidPlaces } from './SaidPlaces.tsx';
import { StepList } from './StepList.tsx';
import { useRunView } from './use-run-view.ts';
import styles from './RunPanel.module.css';

const texts = sessionTexts.run;

/** The run that is shown: what was asked, every step, and what came out. */
export function RunPanel() {
  const run = useWorkspace((state) => state.runId);
  const found = useLibrary((state) => (run === null ? undefined : state.runs[run]));
  if (found === undefined) {
    return (
      <EmptyState icon={<MessageSquareDashed size={28} strokeWidth={1.5} />} title={texts.none}>
        {texts.noneText}
      </EmptyState>
    );
  }
  return <ShownRun key={found.id} run={found} />;
}

function ShownRun({ run }: { readonly run: Run }) {
  const view = useRunView(run);
  // While it goes on the steps come first, afterwards what came out of them.
  const replayed = useStore(useApp().replay, (state) => state.runId === run.id);
  const active = isActive(run) || replayed;
  const warnings = otherWarningsOf(run, view);
  return (
    <div className={styles.panel}>
      <ThreadBefore run={run} />
      <RunHead run={run} />
      <ReplayBar run={run} />
      {run.state === 'running' && (view === undefined || view.nextSeq === 0) && (
        <div className={styles.opening}>
          <Meter label={texts.opening} done={0} total={0} />
          <p className={styles.quiet}>{texts.opening}</p>
        </div>
      )}
      {run.state === 'queued' && <p className={styles.quiet}>{texts.queuedText}</p>}
      {run.error !== undefined && <ErrorNote message={run.error.message} remedy={run.error.remedy} />}
      {run.state === 'interrupted' && <ErrorNote level="warning" message={texts.interruptedText} />}
      {run.state === 'cancelled' && <ErrorNote level="info" message={texts.cancelledText} />}
      <AnswerCard run={run} view={view} />
      {run.question.togetherId !== undefined && <AcrossVideos run={run} />}
      {!active && <CandidateTable run={run} view={view} />}
      {!active && <SaidMoments run={run} view={view} />}
      {!active && <SaidPlaces run={run} view={view} />}
      {view !== undefined && <StepList run={run} view={view} />}
      {active && <CandidateTable run={run} view={view} />}
      {active && <SaidMoments run={run} view={view} />}
      {active && <SaidPlaces run={run} view={view} />}
      {warnings.length > 0 && (
        <section aria-label={texts.warnings} className={styles.warnings}>
          {warnings.map((warning, index) => (
            <ErrorNote key={`${warning.code}-${index}`} level="warning" message={warning.message} />
          ))}
        </section>
      )}
      <ThreadAfter run={run} />
      {!isActive(run) && <RunDetails run={run} />}
    </div>
  );
}
