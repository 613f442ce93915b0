import { RefreshCw } from 'lucide-react';
import { useEffect, useId, useState } from 'react';
import type { DoctorReport } from '../../native-models/protocol/doctor-report.ts';
import type { DeviceRequest } from '../../native-models/protocol/roles.ts';
import { changeSettings } from '../app/actions/project-actions.ts';
import { useApp, useLibrary } from '../app/use-app.ts';
import { Badge } from '../ui/Badge.tsx';
import { Button } from '../ui/Button.tsx';
import { classNames } from '../ui/class-names.ts';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { Fold } from '../ui/Fold.tsx';
import { formatBytes } from '../ui/format.ts';
import type { AddedParts } from '../../electron/host/contract/device-parts.ts';
import { DeviceParts } from './DeviceParts.tsx';
import { modelTexts } from './texts.ts';
import { useDeviceParts } from './use-device-parts.ts';
import styles from './DeviceSection.module.css';

/** What models run on: what this machine has, what it lacks, and how to add that. */
export function DeviceSection() {
  const app = useApp();
  const device = useLibrary((state) => state.settings.device);
  const [report, setReport] = useState<DoctorReport>();
  const [looks, setLooks] = useState(0);
  const [looking, setLooking] = useState(true);
  const { parts, added, refresh } = useDeviceParts();
  useEffect(() => {
    let wanted = true;
    void app.attempt(app.call('doctor', {})).then((found) => {
      if (!wanted) return;
      setReport(found);
      setLooking(false);
    });
    return () => {
      wanted = false;
    };
  }, [app, looks, added]);
  const choose = (next: DeviceRequest) => () => void changeSettings(app, { device: next });
  return (
    <section className={styles.section}>
      <div className={styles.head}>
        <h2 className={styles.heading}>{modelTexts.device}</h2>
        <Button
          small
          look="quiet"
          disabled={looking}
          icon={<RefreshCw size={13} aria-hidden="true" />}
          onClick={() => {
            setLooking(true);
            setLooks(looks + 1);
          }}
        >
          {looking ? modelTexts.checking : modelTexts.check}
        </Button>
      </div>
      <p className={styles.text}>{modelTexts.deviceText}</p>
      <div role="radiogroup" aria-label={modelTexts.device} className={styles.devices}>
        <DeviceChoice
          name={modelTexts.auto}
          label={report?.auto === undefined ? modelTexts.autoText : modelTexts.autoTakes(report.auto)}
          chosen={device === 'auto'}
          onChoose={choose('auto')}
        />
        {report?.providers.map((provider) => (
          <DeviceChoice
            key={provider.device}
            name={modelTexts.devices[provider.device]}
            label={modelTexts.deviceLine(provider)}
            measured={modelTexts.measured(provider.measured)}
            checks={modelTexts.checks(provider.checks ?? [])}
            parts={parts.find(({ device: of }) => of === provider.device)}
            onPartsChanged={() => {
              refresh();
              setLooks(looks + 1);
            }}
            available={provider.available}
            reason={provider.reason}
            howToAdd={provider.howToAdd}
            chosen={device === provider.device}
            onChoose={choose(provider.device)}
          />
        ))}
      </div>
      {report !== undefined && <Machine report={report} />}
    </section>
  );
}

interface DeviceChoiceProps {
  readonly name: string;
  readonly label: string;
  readonly measured?: string;
  readonly checks?: readonly string[];
  readonly parts?: AddedParts | undefined;
  readonly onPartsChanged?: () => void;
  readonly available?: boolean;
  readonly reason?: string | undefined;
  readonly howToAdd?: readonly string[] | undefined;
  readonly chosen: boolean;
  readonly onChoose: () => void;
}

function DeviceChoice(props: DeviceChoiceProps) {
  const { name, label, measured, checks = [], parts, available = true, reason, howToAdd } = props;
  const { chosen, onChoose, onPartsChanged } = props;
  const id = useId();
  return (
    <div className={classNames(styles.device, chosen && styles.chosen, !available && styles.missing)}>
      <input
        id={id}
        type="radio"
        name="device"
        className={styles.radio}
        checked={chosen}
        disabled={!available && !chosen}
        onChange={onChoose}
      />
      <div className={styles.words}>
        <label htmlFor={id} className={styles.name}>
          {name}
          <Badge look={available ? 'good' : 'plain'}>
            {available ? modelTexts.deviceAvailable : modelTexts.deviceMissing}
          </Badge>
        </label>
        <span className={styles.label}>{label}</span>
        {checks.map((check) => (
          <span key={check} className={styles.label}>
            {check}
          </span>
        ))}
        {measured !== undefined && <span className={styles.label}>{measured}</span>}
        {parts !== undefined && <DeviceParts parts={parts} onChanged={onPartsChanged} />}
        {(reason !== undefined || howToAdd !== undefined) && (
          <Fold title={<span className={styles.label}>{modelTexts.howToAdd}</span>}>
            <p className={styles.label}>{reason}</p>
            <ol className={styles.steps}>
              {howToAdd?.map((step) => (
                <li key={step}>{step}</li>
              ))}
            </ol>
          </Fold>
        )}
      </div>
    </div>
  );
}

function Machine({ report }: { readonly report: DoctorReport }) {
  const { cpu, memory, ffmpeg, onnxruntime } = report;
  return (
    <>
      <h2 className={styles.heading}>{modelTexts.machine}</h2>
      <ul className={styles.machine}>
        <li>{modelTexts.cores(cpu.logicalCores, cpu.model)}</li>
        <li>{modelTexts.freeMemory(formatBytes(memory.availableBytes), formatBytes(memory.totalBytes))}</li>
        {ffmpeg.version !== undefined && <li>{modelTexts.ffmpeg(ffmpeg.version)}</li>}
        {ffmpeg.jail !== undefined && <li>{modelTexts.jail(ffmpeg.jail.mechanisms)}</li>}
        {onnxruntime.version !== undefined && <li>onnxruntime {onnxruntime.version}</li>}
      </ul>
      {ffmpeg.problem !== undefined && <ErrorNote message={ffmpeg.problem} remedy={ffmpeg.remedy} />}
      {ffmpeg.unpatched !== undefined && (
        <ErrorNote message={`${ffmpeg.unpatched}.`} remedy={modelTexts.unpatchedRemedy} />
      )}
      {onnxruntime.problem !== undefined && <ErrorNote message={onnxruntime.problem} />}
    </>
  );
}
