import { Trash2 } from 'lucide-react';
import type { PartialDownload } from '../../electron/host/contract/downloads.ts';
import { useApp } from '../app/use-app.ts';
import { formatBytes } from '../ui/format.ts';
import { IconButton } from '../ui/IconButton.tsx';
import { modelTexts } from './texts.ts';
import styles from './UnfinishedDownloads.module.css';

interface UnfinishedDownloadsProps {
  readonly unfinished: readonly PartialDownload[];
  readonly onRemoved: () => void;
}

/** What has arrived of downloads that are not finished, and takes room. */
export function UnfinishedDownloads({ unfinished, onRemoved }: UnfinishedDownloadsProps) {
  const { attempt, call } = useApp();
  return (
    <>
      <h2 className={styles.heading}>{modelTexts.unfinished}</h2>
      <p className={styles.text}>{modelTexts.unfinishedText}</p>
      <ul className={styles.list}>
        {unfinished.map(({ key, title, bytes, totalBytes }) => (
          <li key={key} className={styles.row}>
            <span className={styles.name}>{title}</span>
            <span className={styles.size}>
              {modelTexts.unfinishedSize(
                formatBytes(bytes),
                totalBytes === undefined ? undefined : formatBytes(totalBytes),
              )}
            </span>
            <IconButton
              label={modelTexts.removeUnfinished(title)}
              icon={<Trash2 size={14} aria-hidden="true" />}
              onClick={() => void attempt(call('downloadsRemove', { key })).then(onRemoved)}
            />
          </li>
        ))}
      </ul>
    </>
  );
}
