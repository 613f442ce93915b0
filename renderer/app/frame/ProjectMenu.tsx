import {
  ChevronDown,
  Download,
  FileBox,
  FileInput,
  FolderPlus,
  FolderSearch,
  GitCompare,
  History,
  ListChecks,
  PencilLine,
  Rows3,
  Tags,
  Trash2,
  Upload,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { Menu } from '../../ui/Menu.tsx';
import type { MenuEntry } from '../../ui/Menu.tsx';
import { importAnnotations } from '../actions/annotation-actions.ts';
import {
  findVideos,
  hasMissing,
  takeEvaluationRun,
  takeProjectFile,
  writeProjectFile,
} from '../actions/project-file-actions.ts';
import {
  askForProject,
  askToRemoveProject,
  askToRenameProject,
  switchProject,
} from '../actions/project-actions.ts';
import type { Application } from '../application.ts';
import { showChord } from '../commands/keys.ts';
import type { LibraryState } from '../library/library-state.ts';
import { openProject } from '../library/selectors.ts';
import { projectFileTexts } from '../../session/project-files/texts.ts';
import { appTexts } from '../texts.ts';
import { useApp, useLibrary } from '../use-app.ts';
import styles from './ProjectMenu.module.css';

/** The open project's name; opens a menu of projects and of what can be done with this one. */
export function ProjectMenu() {
  const app = useApp();
  const project = useLibrary(openProject);
  const projects = useLibrary((state) => state.projects);
  return (
    <Menu
      entries={entriesOf(app, projects)}
      trigger={
        <button type="button" className={styles.trigger}>
          <img src="./icon.svg" alt="" width={20} height={20} />
          <span className={styles.name}>{project?.name ?? appTexts.productName}</span>
          <ChevronDown size={14} aria-hidden="true" className={styles.sign} />
        </button>
      }
    />
  );
}

function entriesOf(app: Application, projects: LibraryState['projects']): MenuEntry[] {
  const { platform } = app.bridge;
  const open = openProject(app.library.getState());
  const choices = Object.values(projects)
    .toSorted((a, b) => a.name.localeCompare(b.name))
    .map(({ id, name }): MenuEntry => {
      return {
        kind: 'item',
        id,
        label: name,
        chosen: id === open?.id,
        onSelect: () => void switchProject(app, id),
      };
    });
  const dialog = (kind: 'labels' | 'tracks' | 'export' | 'history' | 'conflicts') => () =>
    app.workspace.setState({ dialog: { kind } });
  const item = (
    id: string,
    label: string,
    icon: ReactNode,
    onSelect: () => void,
    chord?: string,
  ): MenuEntry => ({
    kind: 'item',
    id,
    label,
    icon,
    onSelect,
    keys: chord === undefined ? undefined : showChord(chord, platform),
  });
  const ofThis: MenuEntry[] =
    open === undefined
      ? []
      : [
          { kind: 'separator', id: 's1' },
          item('labels', appTexts.labels, <Tags size={14} />, dialog('labels'), 'Mod+l'),
          item('tracks', appTexts.tracks, <Rows3 size={14} />, dialog('tracks'), 'Mod+Alt+t'),
          item('export', appTexts.export, <Download size={14} />, dialog('export'), 'Mod+e'),
          item(
            'import',
            appTexts.importAnnotations,
            <Upload size={14} />,
            () => void importAnnotations(app),
            'Mod+i',
          ),
          item('write', projectFileTexts.write, <FileBox size={14} />, () => void writeProjectFile(app)),
          item('history', projectFileTexts.history, <History size={14} />, dialog('history')),
          ...(open.counts.conflicts > 0
            ? [
                item(
                  'conflicts',
                  projectFileTexts.conflictsOf(open.counts.conflicts),
                  <GitCompare size={14} />,
                  dialog('conflicts'),
                ),
              ]
            : []),
          ...(hasMissing(app, open)
            ? [item('find', projectFileTexts.find, <FolderSearch size={14} />, () => void findVideos(app))]
            : []),
          { kind: 'separator', id: 's2' },
          item('rename', appTexts.renameProject, <PencilLine size={14} />, () =>
            askToRenameProject(app, open),
          ),
          {
            kind: 'item',
            id: 'remove',
            label: appTexts.removeProject,
            icon: <Trash2 size={14} />,
            danger: true,
            onSelect: () => askToRemoveProject(app, open),
          },
        ];
  return [
    ...choices,
    item('new', appTexts.newProject, <FolderPlus size={14} />, () => askForProject(app)),
    item('take', projectFileTexts.take, <FileInput size={14} />, () => void takeProjectFile(app)),
    item('take-run', projectFileTexts.takeRun, <ListChecks size={14} />, () => void takeEvaluationRun(app)),
    ...ofThis,
  ];
}
