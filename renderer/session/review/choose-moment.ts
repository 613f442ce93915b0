import type { Annotation } from '../../../electron/host/contract/annotations.ts';
import { showMoment } from '../../app/actions/show-moment.ts';
import type { Application } from '../../app/application.ts';
import { timelineContextOf } from '../../app/timeline-context.ts';
import type { ChooseMode } from '../../ui/choose-mode.ts';

/** Selects a moment of the list of review and shows its first frame; a range is from the one selected first. */
export function chooseMoment(app: Application, moment: Annotation, mode: ChooseMode): void {
  const { actions } = app.timeline;
  const { selection } = app.timeline.getState();
  if (mode === 'toggle') {
    actions.toggleSelected(moment.id);
    return;
  }
  const order = timelineContextOf(app)
    .walked()
    .map(({ id }) => id);
  const [from, to] = [order.indexOf(selection[0] ?? moment.id), order.indexOf(moment.id)];
  // What was selected first may be none of the list, as it is filtered: no range begins there.
  if (mode === 'alone' || from < 0 || to < 0) {
    showMoment(app, moment);
    return;
  }
  const range = order.slice(Math.min(from, to), Math.max(from, to) + 1);
  // Where one began stays first, whichever way the range goes.
  actions.select(from > to ? range.toReversed() : range);
}
