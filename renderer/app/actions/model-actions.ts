import type { Model } from '../../../electron/host/contract/models.ts';
import type { Precision } from '../../../native-models/protocol/roles.ts';
import { modelTexts } from '../../models/texts.ts';
import type { Application } from '../application.ts';
import { choosePaths } from './choose-paths.ts';
import { changeSettings } from './project-actions.ts';

/** Questions go to this model from now on. */
export async function chooseModel(app: Application, modelId: string): Promise<void> {
  await changeSettings(app, { modelId });
}

/** Begins a download; its job tells how far it is. True when it was begun. */
export async function downloadModel(app: Application, key: string, precision: Precision): Promise<boolean> {
  return (await app.attempt(app.call('modelsDownload', { key, precision }))) !== undefined;
}

/** Lets a person choose a folder: a package is added, of a checkpoint a package can be made. True when it was used. */
export async function addModelFolder(app: Application): Promise<boolean> {
  const options = { title: modelTexts.chooseFolderTitle, kind: 'folder', several: false } as const;
  const [path] = await choosePaths(app, options);
  if (path === undefined) return false;
  const report = await app.attempt(app.call('modelsInspect', { path }));
  if (report === undefined) return false;
  if (report.kind === 'package') {
    const model = await app.attempt(app.call('modelsAdd', { path }));
    if (model === undefined) return false;
    await changeSettings(app, { modelId: model.id });
    return true;
  }
  app.workspace.setState({ dialog: { kind: 'import-model', report } });
  return true;
}

/** Asks whether a model is to go. */
export function askToRemoveModel(app: Application, model: Model): void {
  app.workspace.setState({
    dialog: {
      kind: 'confirm',
      title: modelTexts.removeTitle,
      text: modelTexts.removeText(model.name),
      action: modelTexts.remove,
      onConfirmed: () => void app.attempt(app.call('modelsRemove', { id: model.id })),
    },
  });
}

/** Lets a person choose another folder for the models, and moves them there. */
export async function moveModels(app: Application): Promise<void> {
  const options = { title: modelTexts.moveFolderTitle, kind: 'folder', several: false } as const;
  const [path] = await choosePaths(app, options);
  if (path !== undefined) await app.attempt(app.call('modelsMoveFolder', { path }));
}
