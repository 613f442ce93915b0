import type { Project } from '../../../electron/host/contract/library.ts';
import type { Settings } from '../../../electron/host/contract/settings.ts';
import type { Application } from '../application.ts';
import { openProject } from '../library/selectors.ts';
import { appTexts } from '../texts.ts';
import { showFirstVideo } from './show-first-video.ts';

/** Changes settings; shown once the host has them. */
export async function changeSettings(app: Application, changes: Partial<Settings>): Promise<void> {
  const settings = await app.attempt(app.call('settingsChange', changes));
  if (settings !== undefined) {
    app.library.dispatch({ type: 'events', events: [{ type: 'settingsChanged', settings }] });
  }
}

/** Opens a project: its runs and annotations come, its last video is shown. */
export async function switchProject(app: Application, projectId: string): Promise<void> {
  if (app.library.getState().projectId === projectId) return;
  // What waits to be kept is of the project that is left.
  app.places.keepNow();
  app.library.dispatch({ type: 'projectOpened', projectId });
  app.workspace.setState({
    videoId: null,
    openVideoIds: [],
    runId: null,
    otherRunId: null,
    page: 'workspace',
  });
  await Promise.all([app.attempt(app.loadProject(projectId)), changeSettings(app, { projectId })]);
  showFirstVideo(app);
}

/** Makes a project and opens it. */
export async function createProject(app: Application, name: string): Promise<Project | undefined> {
  const project = await app.attempt(app.call('projectsCreate', { name }));
  if (project === undefined) return undefined;
  app.library.dispatch({ type: 'events', events: [{ type: 'projectChanged', project }] });
  await switchProject(app, project.id);
  return project;
}

/** The open project; where there is none yet, a first one. */
export async function ensureProject(app: Application): Promise<Project | undefined> {
  return openProject(app.library.getState()) ?? (await createProject(app, appTexts.firstProject));
}

/** Changes name or notes of the open project. */
export async function changeProject(
  app: Application,
  changes: { readonly name?: string; readonly notes?: string },
): Promise<void> {
  const project = openProject(app.library.getState());
  if (project === undefined) return;
  const changed = await app.attempt(app.call('projectsChange', { id: project.id, ...changes }));
  if (changed !== undefined) {
    app.library.dispatch({ type: 'events', events: [{ type: 'projectChanged', project: changed }] });
  }
}

/** Asks for a name, and makes a project of it. */
export function askForProject(app: Application): void {
  app.workspace.setState({
    dialog: {
      kind: 'name',
      title: appTexts.newProject.replace('…', ''),
      name: '',
      action: appTexts.create,
      onNamed: (name) => void createProject(app, name),
    },
  });
}

/** Asks for another name of the open project. */
export function askToRenameProject(app: Application, { name }: Project): void {
  app.workspace.setState({
    dialog: {
      ...{ kind: 'name', title: appTexts.newProjectName, name, action: appTexts.rename },
      onNamed: (renamed) => void changeProject(app, { name: renamed }),
    },
  });
}

/** Asks whether the open project is to go. */
export function askToRemoveProject(app: Application, project: Project): void {
  app.workspace.setState({
    dialog: {
      kind: 'confirm',
      title: appTexts.removeProject.replace('…', ''),
      text: appTexts.removeProjectText(
        project.name,
        appTexts.counted(project.counts.annotations, project.counts.runs),
      ),
      action: appTexts.remove,
      onConfirmed: () => void removeProject(app, project.id),
    },
  });
}

async function removeProject(app: Application, id: string): Promise<void> {
  if ((await app.attempt(app.call('projectsRemove', { id }))) === undefined) return;
  // Once it is known to be gone, nothing of it is kept any more.
  app.connection.flush();
  const next = Object.values(app.library.getState().projects).find((project) => project.id !== id);
  if (next !== undefined) await switchProject(app, next.id);
  else app.workspace.setState({ videoId: null, openVideoIds: [], runId: null, otherRunId: null });
}
