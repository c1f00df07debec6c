import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Link from '@cloudscape-design/components/link';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Wizard from '@cloudscape-design/components/wizard';
import { useEffect, useState } from 'react';
import { Navigate, useNavigate } from 'react-router-dom';
import { DialogActions } from '../../components/DialogActions';
import { useNotifications } from '../../app/notifications';
import { toServiceError } from '../../api/errors';
import { useConnectors } from '../../api/queries';
import { useSideFields } from '../../api/sideFields';
import { ErrorAlert } from '../../components/ErrorAlert';
import { useLanguage, useTexts } from '../../i18n/texts';
import { AddFiltersStep } from './AddFiltersStep';
import { ConfigureFlowStep } from './ConfigureFlowStep';
import { emptyDraft, type FlowDraft } from './draft';
import { dropDraft, loadDraft, saveDraft, type DraftName } from './draftStorage';
import { idOf } from './endpoints';
import { isNameTaken, isWorthRetrying, stepOfFailure } from './failure';
import { filterProblems } from './filterProblems';
import { FlowDetailsStep } from './FlowDetailsStep';
import { focusControl } from './focus';
import { InfoLink } from './InfoLink';
import { MapFieldsStep } from './MapFieldsStep';
import { mappingProblems } from './mappingProblems';
import { wrongConfiguration, wrongDetails } from './problems';
import { isSame } from './request';
import { ReviewStep } from './ReviewStep';
import type { StepProps } from './step';
import { texts } from './texts';
import { useObjects } from './useObjects';
import { newToken, useSave } from './useSave';

const LAST = 5;
const NO_SIDE = emptyDraft().source;

/** What somebody said, without how far they came, and from where. */
function contentsOf({ reached, clientToken, original, ...contents }: FlowDraft) {
  return contents;
}

/** Asks for a flow in five steps, or in four what can be changed of one that is there. */
export function FlowWizard({
  name,
  base,
  step: asked,
  isEdited,
  isFresh = false,
  pathTo,
  exit,
}: {
  name: DraftName;
  /** The draft before anything was said. */
  base: FlowDraft;
  /** 1 to 5, the number in the address; what is edited begins with 2. */
  step: number;
  isEdited: boolean;
  /** Whether what is kept of the draft is no surprise. */
  isFresh?: boolean;
  pathTo(step: number): string;
  /** Where one goes who gives up. */
  exit: string;
}) {
  const t = useTexts(texts);
  const language = useLanguage();
  const navigate = useNavigate();
  const { notify } = useNotifications();
  const [kept] = useState(() => loadDraft(name));
  const [draft, setDraft] = useState(kept ?? base);
  const [isRestored, setRestored] = useState(kept !== undefined && !isFresh);
  const [checkedStep, setCheckedStep] = useState<number>();
  const [waitingFor, setWaitingFor] = useState<number>();
  const [toFocus, setToFocus] = useState<{ control: string }>();
  const [isLeaving, setLeaving] = useState(false);
  // The address follows a moment later, and a press of Next in between would be lost.
  const [goneTo, setGoneTo] = useState<number>();
  if (goneTo === asked) setGoneTo(undefined);

  const first = isEdited ? 2 : 1;
  const step = goneTo ?? Math.min(Math.max(asked, first), draft.reached, LAST);

  const connectorList = useConnectors().data;
  const connectors = {
    source: connectorList?.find((each) => idOf(each) === idOf(draft.source)),
    destination: connectorList?.find((each) => idOf(each) === idOf(draft.destination)),
  };
  const objects = {
    source: useObjects(draft.source).data,
    destination: useObjects(draft.destination).data,
  };
  // While a folder's name is typed, it is not looked into.
  const isSettled = step !== 2 || waitingFor !== undefined;
  const tags = Object.fromEntries(draft.tags.map(({ key, value }) => [key, value]));
  const sourceFields = useSideFields(isSettled ? draft.source : NO_SIDE, 'source', tags);
  const destinationFields = useSideFields(isSettled ? draft.destination : NO_SIDE, 'destination');
  const areFieldsAwaited = sourceFields.isLoading || destinationFields.isLoading;
  const fieldsError = sourceFields.error ?? destinationFields.error;

  const save = useSave(isEdited, ({ flowName }) => {
    dropDraft(name);
    notify({
      type: 'success',
      comesAlong: true,
      header: isEdited ? t.savedFlash(flowName) : t.createdFlash(flowName),
    });
    navigate(`/details/${encodeURIComponent(flowName)}`);
  });
  const areSidesAsSaved =
    isSame(draft.source, base.source) && isSame(draft.destination, base.destination);
  // Once it is saved, what is there is the flow, and the draft is gone.
  const isTouched = !save.isSuccess && !isSame(contentsOf(draft), contentsOf(base));
  useEffect(() => {
    if (isTouched) saveDraft(name, draft);
    else dropDraft(name);
  }, [name, draft, isTouched]);
  const failure = save.error ? toServiceError(save.error, t.offline) : undefined;
  const failedStep = failure && stepOfFailure(failure, draft);
  const isTaken = failure !== undefined && isNameTaken(failure);

  const change = (part: Partial<FlowDraft>) => {
    setDraft((before) => {
      const { clientToken: _, ...others } = before;
      return { ...others, ...part };
    });
    if (failure) save.reset();
  };

  const go = (to: number) => {
    setCheckedStep(undefined);
    setGoneTo(to);
    navigate(pathTo(to));
  };

  /** Of the controls of a step, those that have to be put right; nothing where that is not known. */
  const wrongIn = (each: number): string[] | undefined => {
    if (each === 1) return wrongDetails(draft, isTaken);
    if (each === 2) return wrongConfiguration(draft, connectors, objects);
    if (!sourceFields.data || !destinationFields.data) return undefined;
    const problems =
      each === 3
        ? mappingProblems(draft, sourceFields.data, destinationFields.data, language)
        : filterProblems(draft, sourceFields.data, language);
    return problems.map(({ control }) => control);
  };

  /** Goes on, or to the first thing that stands in the way. */
  const tryTo = (target: number, onArrival: () => void) => {
    for (let each = first; each < target; ++each) {
      const wrong = wrongIn(each);
      if (wrong === undefined && waitingFor === undefined && !fieldsError) {
        setWaitingFor(target);
        return;
      }
      if (wrong?.length === 0) continue;
      if (each !== step) go(each);
      setDraft((before) => ({ ...before, reached: Math.max(before.reached, each) }));
      setCheckedStep(each);
      const [control] = wrong ?? [];
      if (control) setToFocus({ control });
      return;
    }
    onArrival();
  };

  const arriveAt = (target: number) => () => {
    setDraft((before) => ({ ...before, reached: Math.max(before.reached, target) }));
    go(target);
  };

  const submit = () => {
    const token = draft.clientToken ?? newToken();
    const said = { ...draft, clientToken: token };
    setDraft(said);
    save.mutate({ draft: said, sourceFields: sourceFields.data ?? [] });
  };

  const proceedTo = (target: number) => {
    if (target > LAST) tryTo(target, submit);
    else tryTo(target, arriveAt(target));
  };

  useEffect(() => {
    if (waitingFor === undefined || areFieldsAwaited) return;
    setWaitingFor(undefined);
    proceedTo(waitingFor);
  });

  useEffect(() => {
    if (toFocus) focusControl(toFocus.control);
  }, [toFocus]);

  const discard = () => {
    dropDraft(name);
    navigate(exit);
  };

  const startOver = () => {
    save.reset();
    setDraft(base);
    setRestored(false);
    go(first);
  };

  if (goneTo === undefined && step !== asked) return <Navigate to={pathTo(step)} replace />;

  const propsOf = (each: number): StepProps => ({ draft, change, isChecked: checkedStep === each });
  const titles = isEdited
    ? [t.edit2, t.edit3, t.edit4, t.edit5]
    : [t.step1, t.step2, t.step3, t.step4, t.step5];
  const contents = [
    <FlowDetailsStep key={1} {...propsOf(1)} isNameTaken={isTaken} />,
    <ConfigureFlowStep key={2} {...propsOf(2)} isEdited={isEdited} />,
    <MapFieldsStep
      key={3}
      {...propsOf(3)}
      savedFlow={isEdited && areSidesAsSaved ? base.flowName : undefined}
    />,
    <AddFiltersStep key={4} {...propsOf(4)} />,
    <ReviewStep
      key={5}
      draft={draft}
      isEdited={isEdited}
      connectors={connectors}
      sourceFields={sourceFields.data ?? []}
      destinationFields={destinationFields.data ?? []}
      onEdit={go}
    >
      <div role="alert">
        {failure && (
          <SpaceBetween size="xs">
            <ErrorAlert
              error={save.error}
              header={isEdited ? t.notSaved : failure.code === 'NoAnswer' ? t.unsure : t.notCreated}
              onRetry={isWorthRetrying(failure) ? submit : undefined}
            />
            {!isEdited && failure.code === 'NoAnswer' && <Box>{t.unsureText}</Box>}
            {failedStep !== undefined && (
              <Link onFollow={() => go(failedStep)}>
                {t.goToStep(titles[failedStep - first] ?? '')}
              </Link>
            )}
          </SpaceBetween>
        )}
      </div>
    </ReviewStep>,
  ].slice(first - 1);
  const isOutdated =
    isEdited && draft.original?.lastUpdatedAt !== base.original?.lastUpdatedAt;

  return (
    <SpaceBetween size="m">
      {(isRestored || isOutdated) && (
        <Alert
          type={isOutdated ? 'warning' : 'info'}
          dismissible={!isOutdated}
          onDismiss={() => setRestored(false)}
          action={<Button onClick={startOver}>{t.startOver}</Button>}
        >
          {isOutdated ? t.outdated : t.restored}
        </Alert>
      )}
      <Wizard
        i18nStrings={{
          stepNumberLabel: t.stepNumber,
          collapsedStepsLabel: t.stepOf,
          navigationAriaLabel: t.steps,
          cancelButton: t.cancel,
          previousButton: t.previous,
          nextButton: t.next,
        }}
        submitButtonText={isEdited ? t.save : t.createFlow}
        activeStepIndex={step - first}
        isLoadingNextStep={waitingFor !== undefined || save.isPending}
        onNavigate={({ detail }) => {
          const target = detail.requestedStepIndex + first;
          if (target > step) proceedTo(target);
          else go(target);
        }}
        onCancel={() => (isTouched ? setLeaving(true) : discard())}
        onSubmit={() => proceedTo(LAST + 1)}
        steps={titles.map((title, i) => ({
          title,
          info: <InfoLink about={title} />,
          content: contents[i],
          errorText: errorTextOf(i + first),
        }))}
      />
      <Modal
        visible={isLeaving}
        header={t.leaveTitle}
        onDismiss={() => setLeaving(false)}
        footer={
          <DialogActions
            cancel={t.keep}
            onCancel={() => setLeaving(false)}
            confirm={t.discard}
            onConfirm={discard}
          />
        }
      >
        {t.leaveText}
      </Modal>
    </SpaceBetween>
  );

  /** What can't be said at a control of that step. */
  function errorTextOf(each: number) {
    if (failure && each === failedStep && !isTaken) return failure.message;
    const isBlocked = checkedStep === each && each > 2 && fieldsError;
    return isBlocked ? t.fieldsNotLoaded : undefined;
  }
}
