import { Scale } from 'lucide-react';
import { useEffect, useMemo } from 'react';
import { useStore } from 'zustand';
import type { AgreementSide, Sameness } from '../../../electron/host/contract/agreement.ts';
import type { Project } from '../../../electron/host/contract/library.ts';
import { runsNewestFirst } from '../../app/library/selectors.ts';
import { useApp, useLibrary } from '../../app/use-app.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { NumberInput } from '../../ui/Field.tsx';
import { Select } from '../../ui/Select.tsx';
import type { AgreementView } from '../overview-store.ts';
import { saveTable } from '../table/save-table.ts';
import { overviewTexts } from '../texts.ts';
import { DisagreementList } from './DisagreementList.tsx';
import { scoreColumns } from './score-columns.ts';
import type { ScoreRow } from './score-columns.ts';
import { ScoreTable } from './ScoreTable.tsx';
import { comparableSides, comparedSides, sideKey } from './sides.ts';
import type { NamedSide } from './sides.ts';
import styles from './AgreementPanel.module.css';

const texts = overviewTexts.agreement;
const kindNames = { track: texts.tracks, annotator: texts.annotators, model: texts.models } as const;

/** How any two of tracks, annotators and models agree, and where they do not. */
export function AgreementPanel({ project }: { readonly project: Project }) {
  const app = useApp();
  const stored = useLibrary((state) => state.annotations);
  const runs = runsNewestFirst(useLibrary((state) => state.runs));
  const view = useStore(app.overview, (state) => state.agreement);
  const sides = useMemo(() => comparableSides(project, stored.all(), runs), [project, stored, runs]);
  const compared = useMemo(() => comparedSides(sides, project, view), [sides, project, view]);
  const oneKey = compared && JSON.stringify(compared[0].side);
  const otherKey = compared && JSON.stringify(compared[1].side);
  const { sameness, minIou, measured } = view;
  useEffect(() => {
    if (oneKey === undefined || otherKey === undefined) return undefined;
    let isStale = false;
    const request = {
      projectId: project.id,
      one: JSON.parse(oneKey) as AgreementSide,
      other: JSON.parse(otherKey) as AgreementSide,
      ...{ sameness, minIou },
    };
    void app.attempt(app.call('agreementMeasure', request)).then((found) => {
      if (!isStale && found !== undefined) change(app, { measured: found });
    });
    return () => {
      isStale = true;
    };
    // Measured anew with each change that was stored.
  }, [app, project.id, oneKey, otherKey, sameness, minIou, stored]);

  if (compared === undefined)
    return (
      <EmptyState icon={<Scale size={28} strokeWidth={1.5} />} title={overviewTexts.tabs.agreement}>
        {texts.none}
      </EmptyState>
    );
  const [one, other] = compared;
  return (
    <div className={styles.panel}>
      <div className={styles.choices}>
        <SideSelect
          label={texts.one}
          sides={sides}
          value={one}
          onChange={(side) => change(app, { one: side, at: -1 })}
        />
        <SideSelect
          label={texts.other}
          sides={sides}
          value={other}
          onChange={(side) => change(app, { other: side, at: -1 })}
        />
        <label className={styles.choice}>
          <span>{texts.sameness}</span>
          <Select<Sameness>
            label={texts.sameness}
            value={sameness}
            options={(['label', 'text', 'any'] as const).map((value) => ({
              value,
              label: texts.samenesses[value],
            }))}
            onChange={(next) => change(app, { sameness: next, at: -1 })}
          />
        </label>
        <label className={styles.choice}>
          <span>{texts.minIou}</span>
          <NumberInput
            min={0}
            max={1}
            step={0.05}
            className={styles.number}
            value={minIou}
            onChange={(next) => change(app, { minIou: next ?? 0.5, at: -1 })}
          />
        </label>
      </div>
      {measured !== null && <Measured project={project} view={view} one={one} other={other} />}
    </div>
  );
}

function change(app: ReturnType<typeof useApp>, changes: Partial<AgreementView>): void {
  app.overview.setState(({ agreement }) => ({ agreement: { ...agreement, ...changes } }));
}

interface MeasuredProps {
  readonly project: Project;
  readonly view: AgreementView;
  readonly one: NamedSide;
  readonly other: NamedSide;
}

function Measured({ project, view, one, other }: MeasuredProps) {
  const app = useApp();
  const videos = useLibrary((state) => state.videos);
  const { measured, sameness } = view;
  if (measured === null) return null;
  const ofVideo = measured.videos.map(({ videoId, scores }) => ({
    name: videos[videoId]?.name ?? '',
    scores,
  }));
  const ofName = measured.names.map(({ name, scores }) => ({
    name: name === '' ? texts.unnamed : name,
    scores,
  }));
  const whole: ScoreRow = { name: texts.whole, scores: measured.whole };
  const save = (): void => {
    const rows = [whole, ...ofVideo, ...(sameness === 'any' ? [] : ofName)];
    void saveTable(app, {
      name: `${project.name} ${one.name} – ${other.name}`,
      columns: [texts.of, one.name, other.name, ...scoreColumns.map(({ title }) => title)],
      rows: rows.map(({ name, scores }) => [
        ...[name, scores.one, scores.other],
        ...scoreColumns.map(({ valueOf }) => valueOf(scores) ?? undefined),
      ]),
    });
  };
  return (
    <div className={styles.measured}>
      <div className={styles.scores}>
        <ScoreTable caption={`${one.name} – ${other.name}`} rows={[whole]} />
        {sameness !== 'any' && <ScoreTable caption={texts.ofName[sameness]} rows={ofName} />}
        <ScoreTable caption={texts.ofVideo} rows={ofVideo} />
        <Button small className={styles.save} onClick={save}>
          {overviewTexts.csv}
        </Button>
      </div>
      <DisagreementList disagreements={measured.disagreements} one={one.name} other={other.name} />
    </div>
  );
}

interface SideSelectProps {
  readonly label: string;
  readonly sides: readonly NamedSide[];
  readonly value: NamedSide;
  readonly onChange: (side: AgreementSide) => void;
}

function SideSelect({ label, sides, value, onChange }: SideSelectProps) {
  return (
    <label className={styles.choice}>
      <span>{label}</span>
      <Select
        label={label}
        value={sideKey(value.side)}
        options={sides.map(({ side, name }) => ({
          ...{ value: sideKey(side), label: name, detail: kindNames[side.kind] },
        }))}
        onChange={(key) => {
          const chosen = sides.find(({ side }) => sideKey(side) === key);
          if (chosen !== undefined) onChange(chosen.side);
        }}
      />
    </label>
  );
}
