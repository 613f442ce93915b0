import type { ReviewState } from '../../../electron/host/contract/annotations.ts';
import { exportExtensions } from '../../../electron/host/contract/exports.ts';
import type { ExportFormat, ExportProgress, ExportResult } from '../../../electron/host/contract/exports.ts';
import { safeFileName } from '../../../electron/host/contract/file-names.ts';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import { choosePaths } from '../../app/actions/choose-paths.ts';
import type { Application } from '../../app/application.ts';
import { openProject } from '../../app/library/selectors.ts';
import { sessionTexts } from '../texts.ts';

/** How much is exported. */
export type ExportScope = 'project' | 'video' | 'run';

export interface ExportChoice {
  readonly scope: ExportScope;
  readonly state: ReviewState | 'all';
  readonly format: ExportFormat;
  readonly clipMode: 'encode' | 'copy';
  readonly trackIds: readonly string[];
  readonly labelIds: readonly (string | null)[];
  readonly withFound: boolean;
}

/**
 * Writes what was chosen: where a person says, in shells with native dialogs; else into the host's folder of exports.
 * @throws EngineError CANCELLED when the dialog was closed, and whatever the host answers.
 */
export async function writeExport(
  app: Application,
  choice: ExportChoice,
  onProgress: (progress: ExportProgress) => void,
): Promise<ExportResult> {
  const project = openProject(app.library.getState());
  if (project === undefined) throw new EngineError('NOT_FOUND', 'No project is open.');
  const { videoId, runId } = app.workspace.getState();
  const { scope, state, format, clipMode, trackIds, labelIds, withFound } = choice;
  const outputPath = await outputPathFor(app, project.name, format);
  const request = {
    projectId: project.id,
    format,
    clipMode,
    withFound,
    trackIds: [...trackIds],
    labelIds: [...labelIds],
    ...(state === 'all' ? {} : { state }),
    ...(scope === 'video' && videoId !== null ? { videoIds: [videoId] } : {}),
    ...(scope === 'run' && runId !== null ? { runIds: [runId] } : {}),
    ...(outputPath === undefined ? {} : { outputPath }),
  };
  return app.call('exportsWrite', request, { onProgress });
}

async function outputPathFor(
  app: Application,
  projectName: string,
  format: ExportFormat,
): Promise<string | undefined> {
  const { bridge } = app;
  if (format === 'clips') {
    if (bridge.chooseFiles === undefined) return undefined;
    const title = sessionTexts.exports.chooseFolder;
    const [folder] = await choosePaths(app, { title, kind: 'folder', several: false });
    if (folder === undefined) throw new EngineError('CANCELLED', 'Cancelled.');
    return folder;
  }
  if (bridge.chooseSavePath === undefined) return undefined;
  const path = await bridge.chooseSavePath(`${safeFileName(projectName)}.${exportExtensions[format]}`);
  if (path === undefined) throw new EngineError('CANCELLED', 'Cancelled.');
  return path;
}
