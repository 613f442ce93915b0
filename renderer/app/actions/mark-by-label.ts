import type { Label } from '../../../electron/host/contract/library.ts';
import { added, labelled } from '../../timeline/edits.ts';
import { selectedSegments } from '../../timeline/timeline-commands.ts';
import { timelineReasons } from '../../timeline/timeline-texts.ts';
import type { Application } from '../application.ts';
import { openProject } from '../library/selectors.ts';
import { appTexts } from '../texts.ts';
import { timelineContextOf } from '../timeline-context.ts';
import { edit, newAnnotationId } from './annotation-actions.ts';
import { refusesLabel, trackIdOf } from './give-label.ts';

/**
 * What the key of a label means: while the video plays, or nothing is selected, it begins a moment with this label and
 * ends it; else it gives the selected moments the label, or takes it away.
 */
export function pressLabel(app: Application, label: Label): void {
  app.workspace.setState({ lastLabelId: label.id });
  const context = timelineContextOf(app);
  const selected = selectedSegments(context);
  if (app.player.getState().playing || selected.length === 0) {
    beginOrEnd(app, label);
    return;
  }
  const trackIds = selected.flatMap(({ origin }) =>
    origin.type === 'annotation' ? [trackIdOf(origin.annotation)] : [],
  );
  if (refusesLabel(app, trackIds, label)) return;
  const has = selected.every(
    ({ origin }) => origin.type === 'annotation' && origin.annotation.labelId === label.id,
  );
  const change = labelled(selected, has ? null : label.id, newAnnotationId);
  if (change === undefined) context.tell(timelineReasons.fixed);
  else edit(app, change);
}

/** The label that was used last, once more. */
export function pressLastLabel(app: Application): void {
  const { lastLabelId } = app.workspace.getState();
  const labels = openProject(app.library.getState())?.labels ?? [];
  const label = labels.find(({ id }) => id === lastLabelId);
  if (label !== undefined) pressLabel(app, label);
  else timelineContextOf(app).tell(appTexts.noLastLabel);
}

/** Lets go of moments that were begun; where there are none, of what is selected. */
export function letGo({ timeline }: Application): void {
  if (timeline.getState().openMarks.length > 0) timeline.actions.endMark();
  else timeline.actions.select([]);
}

function beginOrEnd(app: Application, label: Label): void {
  const { timeline, player } = app;
  const { videoId } = player.getState();
  const { tell, trackId } = timelineContextOf(app);
  if (videoId === undefined || player.getState().picture === undefined) return;
  const begun = timeline.getState().openMarks.find(({ labelId }) => labelId === label.id);
  if (begun === undefined) {
    if (!refusesLabel(app, [trackId], label))
      timeline.actions.beginMark({ labelId: label.id, startSec: player.edgeHereSec('in') ?? 0 });
    return;
  }
  const endSec = player.edgeHereSec('out') ?? 0;
  if (endSec <= begun.startSec) {
    tell(appTexts.endsBeforeBegun);
    return;
  }
  timeline.actions.endMark(label.id);
  const moment = { startSec: begun.startSec, endSec };
  // Nothing is selected then, so that the next key begins the next moment.
  const change = added({ videoId, trackId, labelId: label.id }, moment, newAnnotationId);
  edit(app, { ...change, select: [] });
}
