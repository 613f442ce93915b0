import { reviewed } from '../../timeline/edits.ts';
import { selectedSegments } from '../../timeline/timeline-commands.ts';
import { timelineReasons } from '../../timeline/timeline-texts.ts';
import { letGo, pressLabel, pressLastLabel } from '../actions/mark-by-label.ts';
import { workOnSelected } from '../actions/track-actions.ts';
import { edit, newAnnotationId } from '../actions/annotation-actions.ts';
import type { Application } from '../application.ts';
import { openProject } from '../library/selectors.ts';
import { appTexts } from '../texts.ts';
import { timelineContextOf } from '../timeline-context.ts';
import { hasVideo } from './command.ts';
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
  {
    id: 'review.labelAgain',
    title: texts.labelAgain,
    group,
    keys: ['g'],
    isPossible: hasVideo,
    run: pressLastLabel,
  },
  {
    id: 'review.letGo',
    title: texts.letGo,
    group,
    keys: ['Escape'],
    isPossible: (app) => hasVideo(app) && (isSelected(app) || app.timeline.getState().openMarks.length > 0),
    run: letGo,
  },
  ...labelKeys.map((number): Command => ({
    id: `review.label${number}`,
    title: texts.label(number),
    group,
    keys: [String(number)],
    isPossible: hasVideo,
    run: (app) => {
      const label = openProject(app.library.getState())?.labels[number - 1];
      if (label !== undefined) pressLabel(app, label);
      else timelineContextOf(app).tell(timelineReasons.noLabel(number));
    },
  })),
];
