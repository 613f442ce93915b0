import { labelled, reviewed } from '../../timeline/edits.ts';
import { selectedSegments } from '../../timeline/timeline-commands.ts';
import { workOnSelected } from '../actions/track-actions.ts';
import { edit, newAnnotationId } from '../actions/annotation-actions.ts';
import type { Application } from '../application.ts';
import { openProject } from '../library/selectors.ts';
import { appTexts } from '../texts.ts';
import { timelineContextOf } from '../timeline-context.ts';
import type { Command } from './command.ts';

const texts = appTexts.commands;
const group = appTexts.groups.review;
const labelKeys = [1, 2, 3, 4, 5, 6, 7, 8];

/** Where the note of the selected moment is written. */
export const noteFieldId = 'moment-note';

const isSelected = (app: Application): boolean => app.timeline.getState().selection.length > 0;

/** What review adds to the timeline's own commands (A accepts, R rejects, arrows walk). */
export const reviewCommands: readonly Command[] = [
  {
    id: 'review.reopen',
    title: texts.reopen,
    group,
    keys: ['u'],
    isPossible: isSelected,
    run: (app) => edit(app, reviewed(selectedSegments(timelineContextOf(app)), 'open', newAnnotationId)),
  },
  {
    id: 'review.workOn',
    title: texts.workOn,
    group,
    keys: ['w'],
    isPossible: isSelected,
    run: workOnSelected,
  },
  {
    id: 'review.note',
    title: texts.note,
    group,
    keys: ['e'],
    isPossible: isSelected,
    run: (app) => {
      app.workspace.setState({ rightTab: 'review' });
      requestAnimationFrame(() => document.getElementById(noteFieldId)?.focus());
    },
  },
  ...labelKeys.map((number): Command => ({
    id: `review.label${number}`,
    title: texts.label(number - 1),
    group,
    keys: [String(number)],
    isPossible: (app) =>
      isSelected(app) && openProject(app.library.getState())?.labels[number - 1] !== undefined,
    run: (app) => setLabel(app, number - 1),
  })),
];

function setLabel(app: Application, index: number): void {
  const label = openProject(app.library.getState())?.labels[index];
  const segments = selectedSegments(timelineContextOf(app));
  if (label === undefined || segments.length === 0) return;
  const has = segments.every(
    ({ origin }) => origin.type === 'annotation' && origin.annotation.labelId === label.id,
  );
  edit(app, labelled(segments, has ? null : label.id, newAnnotationId));
}
