import { ListChecks } from 'lucide-react';
import { useStore } from 'zustand';
import type { Annotation } from '../../../electron/host/contract/annotations.ts';
import type { Label } from '../../../electron/host/contract/library.ts';
import { keepCandidates } from '../../app/actions/keep-candidate.ts';
import { useShownKeys } from '../../app/commands/use-keys.ts';
import { openProject, shownAnnotations } from '../../app/library/selectors.ts';
import { useApp, useLibrary, useWorkspace } from '../../app/use-app.ts';
import { Button } from '../../ui/Button.tsx';
import { Choice } from '../../ui/Choice.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Meter } from '../../ui/Meter.tsx';
import { VirtualList } from '../../ui/VirtualList.tsx';
import { sessionTexts } from '../texts.ts';
import { MomentEditor } from './MomentEditor.tsx';
import { SelectedMoments } from './SelectedMoments.tsx';
import { MomentRow } from './MomentRow.tsx';
import { countStates, ofState, reviewable, tracksByUse } from './review-moments.ts';
import type { TracksByUse } from './review-moments.ts';
import styles from './ReviewPanel.module.css';

const texts = sessionTexts.review;
const filters = ['all', 'open', 'accepted', 'rejected'] as const;
const rowHeight = 52;
const noLabels: readonly Label[] = [];

/** The moments of the video, to be walked through and decided on with the keyboard. */
export function ReviewPanel() {
  const videoId = useWorkspace((state) => state.videoId);
  const annotations = useLibrary((state) => shownAnnotations(state).ofVideo(videoId));
  const tracks = useLibrary((state) => openProject(state)?.tracks);
  const uses = tracksByUse(tracks ?? []);
  const moments = reviewable(annotations, uses);
  if (moments.length === 0) return <NothingToReview />;
  return <Moments annotations={annotations} moments={moments} uses={uses} />;
}

interface MomentsProps {
  readonly annotations: readonly Annotation[];
  readonly moments: readonly Annotation[];
  readonly uses: TracksByUse;
}

function Moments({ annotations, moments, uses }: MomentsProps) {
  const app = useApp();
  const keysFor = useShownKeys();
  const filter = useWorkspace((state) => state.reviewFilter);
  const labels = useLibrary((state) => openProject(state)?.labels);
  const selection = useStore(app.timeline, (state) => state.selection);
  const selectedId = selection.at(-1);
  const chosen = new Set(selection);
  const counts = countStates(moments);
  // The selected one stays while it is decided on, whatever is filtered.
  const listed = moments.filter((moment) => moment.id === selectedId || ofState([moment], filter).length > 0);
  const selected = moments.find(({ id }) => id === selectedId);
  const several = moments.filter(({ id }) => chosen.has(id));

  return (
    <>
      <div className={styles.head}>
        <div className={styles.progress}>
          <Meter
            label={texts.progress(counts.accepted + counts.rejected, counts.all)}
            done={counts.accepted + counts.rejected}
            total={counts.all}
          />
          <span>{texts.progress(counts.accepted + counts.rejected, counts.all)}</span>
        </div>
        <Choice
          label={texts.filter}
          value={filter}
          onChange={(reviewFilter) => app.workspace.setState({ reviewFilter })}
          options={filters.map((value) => ({ value, label: texts.filters[value], count: counts[value] }))}
        />
      </div>
      <VirtualList
        label={texts.list}
        items={listed}
        keyOf={({ id }) => id}
        rowHeight={rowHeight}
        shownIndex={listed.findIndex(({ id }) => id === selectedId)}
        row={(moment) => (
          <MomentRow moment={moment} labels={labels ?? noLabels} selected={chosen.has(moment.id)} />
        )}
        whenEmpty={texts.noneOfState}
      />
      {selected === undefined && <p className={styles.keys}>{texts.keys(keysFor)}</p>}
      {several.length > 1 && <SelectedMoments moments={several} labels={labels ?? noLabels} />}
      {selected !== undefined && several.length < 2 && (
        <MomentEditor
          key={selected.id}
          moment={selected}
          labels={labels ?? noLabels}
          annotations={annotations}
          uses={uses}
        />
      )}
    </>
  );
}

function NothingToReview() {
  const app = useApp();
  const runId = useWorkspace((state) => state.runId);
  const run = useLibrary((state) => (runId === null ? undefined : state.runs[runId]));
  const candidates = run?.record?.candidates ?? [];
  return (
    <EmptyState
      icon={<ListChecks size={28} strokeWidth={1.5} />}
      title={texts.none}
      actions={
        run !== undefined &&
        candidates.length > 0 && (
          <Button
            look="primary"
            onClick={() =>
              keepCandidates(
                app,
                run,
                candidates.map((candidate, index) => ({ candidate, index })),
              )
            }
          >
            {texts.keepAll}
          </Button>
        )
      }
    >
      {texts.noneText}
    </EmptyState>
  );
}
