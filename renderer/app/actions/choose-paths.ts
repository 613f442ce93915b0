import type { ChooseFiles } from '../../../electron/host/contract/shell-bridge.ts';
import type { Application } from '../application.ts';

/** Lets a person choose files on the host's machine: in the native dialog, or in our own. Empty: cancelled. */
export function choosePaths(app: Application, options: ChooseFiles): Promise<readonly string[]> {
  const { bridge, workspace } = app;
  if (bridge.chooseFiles !== undefined) return bridge.chooseFiles(options);
  return new Promise((resolve) => {
    workspace.setState({ dialog: { kind: 'files', options, onChosen: resolve } });
  });
}
