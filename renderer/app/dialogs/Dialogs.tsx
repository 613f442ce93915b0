import { ExportDialog } from '../../session/exports/ExportDialog.tsx';
import { AddSubtitlesDialog } from '../../session/imports/AddSubtitlesDialog.tsx';
import { ImportAnnotationsDialog } from '../../session/imports/ImportAnnotationsDialog.tsx';
import { ConflictsDialog } from '../../session/project-files/ConflictsDialog.tsx';
import { HistoryDialog } from '../../session/project-files/HistoryDialog.tsx';
import { TakeProjectDialog } from '../../session/project-files/TakeProjectDialog.tsx';
import { ImportModelDialog } from '../../models/ImportModelDialog.tsx';
import { useApp, useWorkspace } from '../use-app.ts';
import { CommandPalette } from './CommandPalette.tsx';
import { ConfirmDialog } from './ConfirmDialog.tsx';
import { FilesDialog } from './FilesDialog.tsx';
import { KeysDialog } from './KeysDialog.tsx';
import { LabelsDialog } from './LabelsDialog.tsx';
import { NameDialog } from './NameDialog.tsx';
import { TracksDialog } from './TracksDialog.tsx';
import { SettingsDialog } from './SettingsDialog.tsx';
import { UpdatesDialog } from './UpdatesDialog.tsx';

/** The dialog that is open over the window. */
export function Dialogs() {
  const app = useApp();
  const dialog = useWorkspace((state) => state.dialog);
  const close = (): void => app.workspace.setState({ dialog: null });
  switch (dialog?.kind) {
    case undefined:
      return null;
    case 'palette':
      return <CommandPalette onClose={close} />;
    case 'keys':
      return <KeysDialog onClose={close} />;
    case 'settings':
      return <SettingsDialog onClose={close} />;
    case 'updates':
      return <UpdatesDialog onClose={close} />;
    case 'labels':
      return <LabelsDialog onClose={close} />;
    case 'tracks':
      return <TracksDialog onClose={close} />;
    case 'export':
      return <ExportDialog onClose={close} />;
    case 'conflicts':
      return <ConflictsDialog onClose={close} />;
    case 'history':
      return <HistoryDialog onClose={close} />;
    case 'take-project':
      return (
        <TakeProjectDialog
          key={dialog.path}
          path={dialog.path}
          isRun={dialog.isRun}
          onClose={() => {
            close();
            dialog.onClosed();
          }}
        />
      );
    case 'import-annotations':
      return (
        <ImportAnnotationsDialog
          key={dialog.path}
          path={dialog.path}
          videoId={dialog.videoId}
          onClose={() => {
            close();
            dialog.onClosed();
          }}
        />
      );
    case 'add-subtitles':
      return (
        <AddSubtitlesDialog
          key={dialog.path}
          path={dialog.path}
          videoId={dialog.videoId}
          onClose={() => {
            close();
            dialog.onClosed();
          }}
        />
      );
    case 'files':
      return (
        <FilesDialog
          options={dialog.options}
          onChosen={(paths) => {
            close();
            dialog.onChosen(paths);
          }}
        />
      );
    case 'name':
      return <NameDialog {...dialog} onClose={close} />;
    case 'confirm':
      return <ConfirmDialog {...dialog} onClose={close} />;
    case 'import-model':
      return <ImportModelDialog report={dialog.report} onClose={close} />;
  }
}
