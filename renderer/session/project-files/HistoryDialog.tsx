import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { HistoryEntry } from '../../../electron/host/contract/project-files.ts';
import { useApp, useLibrary } from '../../app/use-app.ts';
import { Choice } from '../../ui/Choice.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { formatMoment } from '../../ui/format.ts';
import { projectFileTexts as texts } from './texts.ts';
import styles from './ProjectFiles.module.css';

/** Who changed what when: of the project, or of the selected moment. */
export function HistoryDialog({ onClose }: { readonly onClose: () => void }) {
  const app = useApp();
  const projectId = useLibrary((state) => state.projectId);
  const videos = useLibrary((state) => state.videos);
  const selectedId = useStore(app.timeline, (state) => state.selection[0]);
  const [scope, setScope] = useState<'project' | 'moment'>('project');
  const [entries, setEntries] = useState<readonly HistoryEntry[]>();
  const annotationId = scope === 'moment' ? selectedId : undefined;

  useEffect(() => {
    let current = true;
    if (projectId === null) return;
    const asked = { projectId, ...(annotationId !== undefined && { annotationId }) };
    void app.edits
      .whenSent()
      .then(() => app.attempt(app.call('historyList', asked)))
      .then((listed) => {
        if (current && listed !== undefined) setEntries(listed.entries);
      });
    return () => {
      current = false;
    };
  }, [app, projectId, annotationId]);

  return (
    <Dialog title={texts.historyTitle} open wide onClose={onClose}>
      {selectedId !== undefined && (
        <Choice
          label={texts.historyTitle}
          value={scope}
          options={[
            { value: 'project', label: texts.ofProject },
            { value: 'moment', label: texts.ofMoment },
          ]}
          onChange={setScope}
        />
      )}
      {entries?.length === 0 && <p className={styles.lead}>{texts.noHistory}</p>}
      {entries !== undefined && entries.length > 0 && (
        <div className={styles.table} role="region" aria-label={texts.historyTitle} tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">{texts.when}</th>
                <th scope="col">{texts.who}</th>
                <th scope="col">{texts.what}</th>
                <th scope="col">{texts.where}</th>
              </tr>
            </thead>
            <tbody>
              {entries.map((entry) => (
                <tr key={entry.id}>
                  <td className={styles.number}>{formatMoment(entry.atMs)}</td>
                  <td>{entry.author ?? texts.nobody}</td>
                  <td>
                    {entry.title}
                    {entry.changes > 1 && ` (${entry.changes})`}
                    {entry.isUndone && <span className={styles.faint}> {texts.undone}</span>}
                    {entry.isMerged && <span className={styles.faint}> {texts.merged}</span>}
                  </td>
                  <td>{entry.videoIds.map((id) => videos[id]?.name ?? '').join(', ')}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Dialog>
  );
}
