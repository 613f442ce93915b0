import { walkDisagreements } from '../../overview/agreement/walk-disagreements.ts';
import { importAnnotations, moveInHistory } from '../actions/annotation-actions.ts';
import {
  findVideos,
  takeEvaluationRun,
  takeProjectFile,
  writeProjectFile,
} from '../actions/project-file-actions.ts';
import { projectFileTexts } from '../../session/project-files/texts.ts';
import { askForProject, changeSettings } from '../actions/project-actions.ts';
import { cancelRun } from '../actions/run-actions.ts';
import { showNeighbour } from '../actions/show-video.ts';
import { addVideos } from '../actions/video-actions.ts';
import type { Application } from '../application.ts';
import { changeLayout, layoutOf } from '../layout.ts';
import { openProject } from '../library/selectors.ts';
import { appTexts } from '../texts.ts';
import type { PlainDialog, RightTab } from '../workspace-state.ts';
import type { Command } from './command.ts';

const texts = appTexts.commands;
const { window: windowGroup, project: projectGroup, questions } = appTexts.groups;

const open = (kind: PlainDialog) => (app: Application) => app.workspace.setState({ dialog: { kind } });
const show = (rightTab: RightTab) => (app: Application) => {
  app.workspace.setState({ page: 'workspace', rightTab });
  changeLayout(app, { right: 1 });
};
const inProject = (app: Application): boolean => openProject(app.library.getState()) !== undefined;
const inWorkspace = (app: Application): boolean => app.workspace.getState().page === 'workspace';
const runningId = (app: Application): string | undefined =>
  Object.values(app.library.getState().runs).find((run) => run.state === 'running')?.id;

/** Commands of the window as a whole. */
export const windowCommands: readonly Command[] = [
  {
    id: 'window.palette',
    title: texts.palette,
    group: windowGroup,
    keys: ['Mod+k', 'Mod+Shift+p'],
    whileWriting: true,
    run: open('palette'),
  },
  {
    id: 'window.keys',
    title: texts.keys,
    group: windowGroup,
    keys: ['?', 'Shift+?', 'F1'],
    run: open('keys'),
  },
  {
    id: 'window.settings',
    title: texts.settings,
    group: windowGroup,
    keys: ['Mod+,'],
    whileWriting: true,
    run: open('settings'),
  },
  {
    id: 'window.updates',
    title: texts.updates,
    group: windowGroup,
    keys: [],
    run: open('updates'),
  },
  {
    id: 'window.models',
    title: texts.models,
    group: windowGroup,
    keys: ['Mod+m'],
    whileWriting: true,
    run: (app) => app.workspace.setState({ page: 'models' }),
  },
  {
    id: 'window.catalogue',
    title: texts.catalogue,
    group: windowGroup,
    keys: [],
    run: (app) => app.workspace.setState({ page: 'catalogue' }),
  },
  {
    id: 'window.workspace',
    title: texts.workspace,
    group: windowGroup,
    keys: ['Escape'],
    isPossible: (app) => !inWorkspace(app),
    run: (app) => app.workspace.setState({ page: 'workspace' }),
  },
  {
    id: 'window.toggleTheme',
    title: texts.toggleTheme,
    group: windowGroup,
    keys: ['Mod+Shift+l'],
    whileWriting: true,
    run: toggleTheme,
  },
  {
    id: 'window.toggleLeft',
    title: texts.toggleLeft,
    group: windowGroup,
    keys: ['Mod+b'],
    whileWriting: true,
    isPossible: inWorkspace,
    run: (app) => toggle(app, 'left'),
  },
  {
    id: 'window.toggleRight',
    title: texts.toggleRight,
    group: windowGroup,
    keys: ['Mod+Alt+b'],
    whileWriting: true,
    isPossible: inWorkspace,
    run: (app) => toggle(app, 'right'),
  },
  {
    id: 'window.nextTab',
    title: texts.nextTab,
    group: windowGroup,
    keys: ['Alt+ArrowRight'],
    isPossible: inWorkspace,
    run: (app) => showNeighbour(app, 1),
  },
  {
    id: 'window.previousTab',
    title: texts.previousTab,
    group: windowGroup,
    keys: ['Alt+ArrowLeft'],
    isPossible: inWorkspace,
    run: (app) => showNeighbour(app, -1),
  },

  {
    id: 'project.addVideos',
    title: texts.addVideos,
    group: projectGroup,
    keys: ['Mod+o'],
    whileWriting: true,
    run: (app) => void addVideos(app),
  },
  {
    id: 'project.new',
    title: texts.newProject,
    group: projectGroup,
    keys: ['Mod+Alt+n'],
    run: askForProject,
  },
  {
    id: 'project.export',
    title: texts.export,
    group: projectGroup,
    keys: ['Mod+e'],
    whileWriting: true,
    isPossible: inProject,
    run: open('export'),
  },
  {
    id: 'project.importAnnotations',
    title: texts.importAnnotations,
    group: projectGroup,
    keys: ['Mod+i'],
    isPossible: inProject,
    run: (app) => void importAnnotations(app),
  },
  {
    id: 'project.writeFile',
    title: projectFileTexts.write,
    group: projectGroup,
    keys: [],
    isPossible: inProject,
    run: (app) => void writeProjectFile(app),
  },
  {
    id: 'project.takeFile',
    title: projectFileTexts.take,
    group: projectGroup,
    keys: [],
    run: (app) => void takeProjectFile(app),
  },
  {
    id: 'project.takeRun',
    title: projectFileTexts.takeRun,
    group: projectGroup,
    keys: [],
    run: (app) => void takeEvaluationRun(app),
  },
  {
    id: 'project.findVideos',
    title: projectFileTexts.find,
    group: projectGroup,
    keys: [],
    isPossible: inProject,
    run: (app) => void findVideos(app),
  },
  {
    id: 'project.history',
    title: projectFileTexts.history,
    group: projectGroup,
    keys: [],
    isPossible: inProject,
    run: open('history'),
  },
  {
    id: 'project.conflicts',
    title: projectFileTexts.conflicts,
    group: projectGroup,
    keys: [],
    isPossible: inProject,
    run: open('conflicts'),
  },
  {
    id: 'project.labels',
    title: texts.labels,
    group: projectGroup,
    keys: ['Mod+l'],
    isPossible: inProject,
    run: open('labels'),
  },
  {
    id: 'project.tracks',
    title: texts.tracks,
    group: projectGroup,
    keys: ['Mod+Alt+t'],
    isPossible: inProject,
    run: open('tracks'),
  },
  {
    id: 'project.overview',
    title: texts.overview,
    group: projectGroup,
    keys: ['Mod+Shift+f'],
    whileWriting: true,
    isPossible: inProject,
    run: (app) => app.workspace.setState({ page: 'overview' }),
  },
  {
    id: 'project.agreement',
    title: texts.agreement,
    group: projectGroup,
    keys: [],
    isPossible: inProject,
    run: (app) => {
      app.overview.setState({ tab: 'agreement' });
      app.workspace.setState({ page: 'overview' });
    },
  },
  {
    id: 'project.nextDisagreement',
    title: texts.nextDisagreement,
    group: projectGroup,
    keys: ['F8'],
    isPossible: inProject,
    run: (app) => walkDisagreements(app, 1),
  },
  {
    id: 'project.previousDisagreement',
    title: texts.previousDisagreement,
    group: projectGroup,
    keys: ['Shift+F8'],
    isPossible: inProject,
    run: (app) => walkDisagreements(app, -1),
  },
  {
    id: 'project.undo',
    title: texts.undo,
    group: projectGroup,
    keys: ['Mod+z'],
    isPossible: inProject,
    run: (app) => void moveInHistory(app, 'undo'),
  },
  {
    id: 'project.redo',
    title: texts.redo,
    group: projectGroup,
    keys: ['Mod+Shift+z', 'Mod+y'],
    isPossible: inProject,
    run: (app) => void moveInHistory(app, 'redo'),
  },

  { id: 'questions.focus', title: texts.focusQuestion, group: questions, keys: ['q'], run: focusQuestion },
  { id: 'questions.run', title: texts.showRun, group: questions, keys: ['Mod+2'], run: show('run') },
  { id: 'questions.review', title: texts.showReview, group: questions, keys: ['Mod+3'], run: show('review') },
  {
    id: 'questions.compare',
    title: texts.showCompare,
    group: questions,
    keys: ['Mod+4'],
    run: show('compare'),
  },
  {
    id: 'questions.cancel',
    title: texts.cancelRun,
    group: questions,
    keys: ['Mod+.'],
    whileWriting: true,
    isPossible: (app) => runningId(app) !== undefined,
    run: (app) => {
      const id = runningId(app);
      if (id !== undefined) void cancelRun(app, id);
    },
  },
];

/** Where the composer's question is written. */
export const questionFieldId = 'question';

function focusQuestion(app: Application): void {
  show('ask')(app);
  // The field is drawn with the next frame.
  requestAnimationFrame(() => document.getElementById(questionFieldId)?.focus());
}

function toggleTheme(app: Application): void {
  const isLight = document.documentElement.dataset['theme'] === 'light';
  void changeSettings(app, { theme: isLight ? 'dark' : 'light' });
}

function toggle(app: Application, pane: 'left' | 'right'): void {
  changeLayout(app, {
    [pane]: layoutOf(app.library.getState().settings, window.innerHeight)[pane] === 1 ? 0 : 1,
  });
}
