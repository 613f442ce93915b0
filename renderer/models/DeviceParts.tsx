import { Download, Trash2 } from 'lucide-react';
import type { AddedParts } from '../../electron/host/contract/device-parts.ts';
import { JobRow } from '../app/frame/JobRow.tsx';
import { isOver, jobsInOrder } from '../app/library/selectors.ts';
import { useApp, useLibrary } from '../app/use-app.ts';
import { Button } from '../ui/Button.tsx';
import { formatBytes } from '../ui/format.ts';
import { modelTexts } from './texts.ts';
import styles from './DeviceParts.module.css';

interface DevicePartsProps {
  readonly parts: AddedParts;
  readonly onChanged?: (() => void) | undefined;
}

/** The libraries that a device needs: to be added, on their way, or there. */
export function DeviceParts({ parts, onChanged }: DevicePartsProps) {
  const { attempt, call } = useApp();
  const { device, state, title, bytes, downloadBytes, unpackedBytes } = parts;
  const job = jobsInOrder(useLibrary((library) => library.jobs)).find(
    (each) =>
      each.kind === 'add-device' && each.title === title && (!isOver(each) || each.state === 'failed'),
  );
  if (job !== undefined) {
    return (
      <ul className={styles.job}>
        <JobRow job={job} />
      </ul>
    );
  }
  return (
    <div className={styles.buttons}>
      {state === 'added' ? (
        <Button
          small
          look="quiet"
          icon={<Trash2 size={13} aria-hidden="true" />}
          onClick={() => void attempt(call('devicesRemove', { device })).then(onChanged)}
        >
          {modelTexts.removeParts(formatBytes(bytes))}
        </Button>
      ) : (
        <Button
          small
          icon={<Download size={13} aria-hidden="true" />}
          onClick={() => void attempt(call('devicesAdd', { device }))}
        >
          {state === 'begun'
            ? modelTexts.addRest(formatBytes(downloadBytes - bytes))
            : modelTexts.addParts(formatBytes(downloadBytes), formatBytes(unpackedBytes))}
        </Button>
      )}
    </div>
  );
}
