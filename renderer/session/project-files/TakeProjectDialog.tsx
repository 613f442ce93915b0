import { useEffect, useState } from 'react';
import type { ProjectTaken } from '../../../electron/host/contract/project-files.ts';
import { toEngineError } from '../../../native-models/protocol/errors.ts';
import type { EngineError } from '../../../native-models/protocol/errors.ts';
import { switchProject } from '../../app/actions/project-actions.ts';
import type { Application } from '../../app/application.ts';
import { useApp } from '../../app/use-app.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorNote } from '../../ui/ErrorNote.tsx';
import { projectFileTexts as texts } from './texts.ts';
import styles from './ProjectFiles.module.css';

export interface TakeProjectDialogProps {
  readonly path: string;
  /** It is the folder of an evaluation, not a file. */
  readonly isRun: boolean;
  readonly onClose: () => void;
}

/** What a project's file would bring; nothing is taken over before a person says so. */
export function TakeProjectDialog({ path, isRun, onClose }: TakeProjectDialogProps) {
  const app = useApp();
  const [preview, setPreview] = useState<ProjectTaken>();
  const [error, setError] = useState<EngineError>();
  const [taking, setTaking] = useState(false);

  useEffect(() => {
    let current = true;
    app.call('projectsPreviewFile', { path }).then(
      (found) => {
        if (current) setPreview(found);
      },
      (thrown: unknown) => {
        if (current) setError(toEngineError(thrown));
      },
    );
    return () => {
      current = false;
    };
  }, [app, path]);

  const take = async (): Promise<void> => {
    setTaking(true);
    const taken = await app.attempt(app.call('projectsTakeFile', { path }));
    setTaking(false);
    if (taken === undefined) return;
    onClose();
    app.connection.flush();
    await switchProject(app, taken.projectId);
    if (isRun) showSamples(app);
    if (taken.conflicts > 0) app.workspace.setState({ dialog: { kind: 'conflicts' } });
  };

  const action = preview?.isNew === false ? texts.merge : texts.open;
  return (
    <Dialog
      title={(isRun ? texts.takeRun : texts.take).replace('…', '')}
      description={path.split(/[/\\]/).at(-1) ?? path}
      open
      wide
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{texts.cancel}</Button>
          <Button look="primary" disabled={taking || preview === undefined} onClick={() => void take()}>
            {taking ? texts.taking : action}
          </Button>
        </>
      }
    >
      {error !== undefined && <ErrorNote message={error.message} remedy={error.remedy} />}
      {error === undefined && preview === undefined && <p className={styles.lead}>{texts.reading}</p>}
      {isRun && preview !== undefined && <p className={styles.lead}>{texts.runExplained}</p>}
      {preview !== undefined && <Findings preview={preview} />}
    </Dialog>
  );
}

/** The samples of an evaluation: all questions, to be filtered by whether they are right. */
function showSamples(app: Application): void {
  app.overview.setState({ tab: 'runs' });
  app.workspace.setState({ page: 'overview' });
}

const kinds = ['annotations', 'runs', 'labels', 'tracks'] as const;

function Findings({ preview }: { readonly preview: ProjectTaken }) {
  const { isNew, name, steps, conflicts, missingVideos, missingSubtitles } = preview;
  const changes = kinds.reduce((sum, kind) => {
    const { added, changed, removed } = preview[kind];
    return sum + added + changed + removed;
  }, steps + conflicts);
  return (
    <>
      <p className={styles.lead}>{isNew ? texts.isNew(name) : texts.isMerge(name)}</p>
      {!isNew && changes === 0 && <p className={styles.lead}>{texts.nothingNew}</p>}
      {conflicts > 0 && <p className={styles.warning}>{texts.differences(conflicts)}</p>}
      {missingVideos.length > 0 && (
        <p className={styles.warning}>
          {texts.missing}: {missingVideos.join(', ')}
        </p>
      )}
      {missingSubtitles.length > 0 && (
        <p className={styles.warning}>
          {texts.missingSubtitles}: {missingSubtitles.join(', ')}
        </p>
      )}
      <div className={styles.table}>
        <table>
          <thead>
            <tr>
              <td />
              <th scope="col">{texts.added}</th>
              <th scope="col">{texts.changed}</th>
              <th scope="col">{texts.removed}</th>
            </tr>
          </thead>
          <tbody>
            {kinds.map((kind) => (
              <tr key={kind}>
                <th scope="row">{texts.kinds[kind]}</th>
                <td className={styles.number}>{preview[kind].added}</td>
                <td className={styles.number}>{preview[kind].changed}</td>
                <td className={styles.number}>{preview[kind].removed}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className={styles.faint}>{texts.steps(steps)}</p>
    </>
  );
}
